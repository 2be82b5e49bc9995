"""A person in tests: answers that were written down beforehand, and every line that was said."""

from collections.abc import Iterable

from seswizard.cli.linear.walk import Walk
from seswizard.core.names import parse_identity
from seswizard.core.remembered import DomainChoices
from seswizard.core.secret import Secret
from seswizard.look.session import Session
from seswizard.ports import Clock, Services


class Typed:
    """Types the answers in turn, then ends the input; a prompt and its answer are one line, as on a terminal."""

    def __init__(self, *answers: str, rests: int = 0) -> None:
        self.answers = list(answers)
        self.lines: list[str] = []
        self.rests = rests
        """How often it lets time pass before it stops the waiting."""
        self._prompt = ""

    def write(self, line: str) -> None:
        assert "\n" not in line, "one line at a time"
        self.lines.append(line)

    def prompt(self, text: str) -> None:
        self._prompt = text

    async def read(self) -> str | None:
        answer = self.answers.pop(0) if self.answers else None
        self.lines.append(f"{self._prompt}{answer or ''}")
        return answer

    async def read_unseen(self) -> Secret | None:
        self.lines.append(self._prompt)
        return Secret(self.answers.pop(0)) if self.answers else None

    def forget_typed(self) -> None:
        """Nothing is typed ahead here: each answer belongs to its question."""

    async def rest(self, clock: Clock, seconds: float) -> bool:
        if self.rests <= 0:
            return True
        self.rests -= 1
        await clock.sleep(seconds)
        return False

    @property
    def text(self) -> str:
        """Everything that was said."""
        return "\n".join(self.lines)


def walk_of(services: Services, talk: Typed, name: str = "example.com", choices: DomainChoices | None = None) -> Walk:
    """A walk that knows its name and nothing else yet."""
    session = Session(services, parse_identity(name))
    return Walk(session.with_choices(choices) if choices else session, talk)


def unwrapped(lines: Iterable[str]) -> str:
    """The lines as one text without breaks, for finding sentences that were broken over lines."""
    return " ".join(" ".join(lines).split())
