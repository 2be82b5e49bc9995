"""A login that is being proven by logging in: what was tried, what was said, when it is tried again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from seswizard.actions.prove_login import Attempt, LoginProven, prove_login
from seswizard.core.conversation import Line
from seswizard.core.login import Login, smtp_host
from seswizard.core.pacing import YOUNG_KEY
from seswizard.core.text import duration
from seswizard.ports import Services
from seswizard.tui.paint import Text, mark, quiet
from seswizard.tui.widgets.table import Row
from seswizard.tui.words import Say


def patience_for(made: datetime | None, now: datetime) -> float:
    """Seconds for which 535 is normal: as long as the key is young, or of unknown age."""
    age = (now - made).total_seconds() if made else 0.0
    return min(YOUNG_KEY, max(0.0, YOUNG_KEY - age))


@dataclass(slots=True)
class Proving:
    """One proof on one port; the conversation is that of the last try."""

    services: Services
    port: int
    changed: Callable[[], None]
    """Called after every piece of news."""
    patience: float = YOUNG_KEY
    lines: tuple[Line, ...] = ()
    attempt: Attempt | None = None
    proven: LoginProven | None = None
    next_try: float | None = None
    """Monotonic seconds."""
    began: float = field(init=False)
    _again: bool = False

    def __post_init__(self) -> None:
        self.began = self.services.clock.monotonic()

    async def run(self, login: Login) -> None:
        """Log in until it works or it is clear that it will not."""
        self.proven = await prove_login(
            self.services, login, port=self.port, hear=self._hear, tried=self._tried, patience=self.patience
        )
        self.next_try = None
        self.changed()

    def _hear(self, line: Line) -> None:
        self.lines = (line,) if self._again else (*self.lines, line)
        self._again, self.next_try = False, None
        self.changed()

    def _tried(self, attempt: Attempt) -> None:
        self.attempt, self._again = attempt, True
        self.next_try = None if attempt.next_in is None else self.services.clock.monotonic() + attempt.next_in
        self.changed()

    @property
    def ok(self) -> bool:
        """Whether SES has accepted it."""
        return self.proven is not None and self.proven.ok

    @property
    def unreached(self) -> bool:
        """Whether it ended before anybody could be asked."""
        return self.proven is not None and not self.proven.ok and self.proven.conversation is None

    @property
    def refused(self) -> bool:
        """Whether SES has said no, and it is no longer too early to say so."""
        return self.proven is not None and not self.proven.ok and self.proven.conversation is not None

    def row(self) -> Row:
        """The login's row, below the things that were made."""
        if self.ok:
            return mark("done"), "Login", "235 Authentication successful"
        if self.proven:
            said = self.proven.failure.detail or self.proven.failure.title if self.proven.failure else self.proven.title
            return mark("unknown" if self.unreached else "problem"), "Login", said
        if self.attempt:
            return mark("waiting"), "Login", self.attempt.reply
        said = f"{self.lines[-1].way} {self.lines[-1].text}" if self.lines else f"logging in on port {self.port}"
        return mark("doing"), "Login", quiet(said)

    def say(self) -> Say | None:
        """The verdict of the proof; None while the first try runs. It is never red while it is only waiting."""
        if self.proven and self.proven.ok:
            return Say("ok", "Proven: SES accepts this login.", f"{smtp_host(self.services.region)}:{self.port}")
        if self.proven:
            failure = self.proven.failure
            level = "unknown" if self.unreached else "problem"
            return Say(level, self.proven.title, failure.remedy if failure else "")
        if self.attempt and self.attempt.next_in is not None:
            since = self.services.clock.monotonic() - self.began
            tried = f"tried {self.attempt.number} times" if self.attempt.number > 1 else "tried once"
            then: Text = f"For {duration(since)} · {tried} · gives up at {duration(self.patience)}"
            if self.attempt.reply.startswith("535"):
                return Say("waiting", "AWS is still spreading the new key; 535 is normal until then.", then)
            return Say("waiting", "SES asks to try again later.", then)
        return None
