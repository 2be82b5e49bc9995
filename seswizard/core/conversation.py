"""An SMTP conversation as it was heard, secrets already left out."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an SMTP conversation, secrets already left out."""

    seconds: float
    """Since the connection was begun."""
    way: str
    """`→` sent, `←` received, `·` what happened."""
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """How an SMTP conversation ended."""

    lines: tuple[Line, ...]
    verb: str
    """The command that the last reply answers: AUTH, MAIL, RCPT, DATA."""
    code: int
    reply: str
    """The server's last reply without the code."""
    message_id: str | None = None
    """From `250 Ok <id>` after DATA."""

    @property
    def accepted(self) -> bool:
        """Whether the message is the server's now: 250 after its last dot, in whatever words."""
        return self.verb == "DATA" and self.code == 250


Hear = Callable[[Line], None]
"""Called on the event loop for each line as it happens."""
