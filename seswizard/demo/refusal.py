"""An error answer of the world's AWS, as one exception that the HTTP side and the SMTP side each put in their own words."""


class RefusedError(Exception):
    """AWS says no: a code and a sentence."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        """The HTTP status, where the service's model does not say."""
