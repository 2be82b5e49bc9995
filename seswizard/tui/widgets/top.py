"""The top bar: which domain, and where. The domain is never cut for the sake of what stands beside it."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from seswizard.look.session import Session
from seswizard.tui.paint import changed

_GAP = 2


def place(session: Session) -> tuple[str, ...]:
    """The name, then where it is: region, account and its standing."""
    account = session.account
    if len(account) == 12 and account.isdigit():
        account = f"{account[:4]}-{account[4:8]}-{account[8:]}"
    where = (session.region, account, session.standing) if session.name else ()
    overridden = ("test addresses in force",) if session.services.overrides else ()
    return (str(session.name) if session.name else "seswizard", *where, *overridden)


class TopBar(Horizontal):
    """`parts` are left out from the middle where there is no room; of the last one its first word stays."""

    def __init__(self) -> None:
        super().__init__(id="top")
        self.named, self.parts = "", tuple[str, ...]()

    def compose(self) -> ComposeResult:
        yield Static("", id="top-left")
        yield Static("", id="top-right", classes="quiet")

    def on_resize(self) -> None:
        """More room, or less."""
        self._draw()

    def show(self, name: str, *parts: str) -> None:
        """Show this name and what belongs to it."""
        self.named, self.parts = name, tuple(part for part in parts if part)
        self._draw()

    def _draw(self) -> None:
        room = (self.content_size.width or self.app.size.width - 2 * _GAP) - len(self.named) - _GAP
        parts = list(self.parts)
        while len(" · ".join(parts)) > room and len(parts) > 1:
            parts.pop(1 if len(parts) > 2 else 0)
        if parts and len(parts[0]) > room:
            parts = [parts[0].split()[0]]
        changed(self.query_one("#top-left", Static), self.named)
        changed(self.query_one("#top-right", Static), " · ".join(parts))
