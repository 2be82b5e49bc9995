"""The parameters of a call, read by name and type, so that the operations need no casts."""

from collections.abc import Mapping
from datetime import UTC, datetime


class Params:
    """A structure of parameters as the wire gave it."""

    def __init__(self, values: Mapping[str, object], caller: str = "") -> None:
        self._values = values
        self.caller = caller
        """The name of the IAM user who calls."""

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """A string; empty when it was not given."""
        value = self._values.get(name)
        return value if isinstance(value, str) else ""

    def data(self, name: str) -> bytes:
        """A blob; empty when it was not given."""
        value = self._values.get(name)
        return value if isinstance(value, bytes) else str(value or "").encode()

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else default

    def number(self, name: str, default: int) -> int:
        """An integer."""
        value = self._values.get(name)
        return int(value) if isinstance(value, int | str) and not isinstance(value, bool) else default

    def moment(self, name: str) -> datetime | None:
        """A time, in whichever form the wire carries it."""
        value = self._values.get(name)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        return value.astimezone(UTC) if isinstance(value, datetime) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._values.get(name)
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    def group(self, name: str) -> "Params":
        """A structure inside; empty when it was not given."""
        value = self._values.get(name)
        return Params(value if isinstance(value, dict) else {})

    def groups(self, name: str) -> tuple["Params", ...]:
        """A list of structures."""
        value = self._values.get(name)
        return tuple(Params(item) for item in value if isinstance(item, dict)) if isinstance(value, list) else ()

    def pairs(self, name: str, key: str = "Key", value: str = "Value") -> dict[str, str]:
        """A list of key and value, such as tags."""
        return {item.text(key): item.text(value) for item in self.groups(name)}
