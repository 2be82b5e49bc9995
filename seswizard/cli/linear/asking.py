"""Questions: numbered choices and typed answers. Back, skip, help and quit are answers to every one of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from seswizard.cli.linear.lines import plan_lines, wrapped
from seswizard.cli.linear.talk import Talk
from seswizard.cli.pasting import pasted
from seswizard.core.failure import BadInputError
from seswizard.core.names import BadNameError
from seswizard.core.plan import Plan
from seswizard.core.secret import Secret
from seswizard.core.step_help import HELP, plain
from seswizard.core.text import elide

T = TypeVar("T")


class Way(Enum):
    """Where a word leads that is no answer to the question."""

    BACK = "back"
    SKIP = "skip"
    QUIT = "quit"
    WIZARD = "wizard"


WORDS: dict[str, Way] = {
    "back": Way.BACK,
    "b": Way.BACK,
    "skip": Way.SKIP,
    "s": Way.SKIP,
    "quit": Way.QUIT,
    "q": Way.QUIT,
    "exit": Way.QUIT,
    "wizard": Way.WIZARD,
    "w": Way.WIZARD,
}
_HELP = ("help", "h", "?")
USAGE = (
    "At every question you may also type:",
    "back (b): to the question or step before this one",
    "skip (s): go on without answering; nothing is changed",
    "help (h or ?): what this step is about, and these words",
    "wizard (w): the same in the full-screen wizard; quitting it leads back here",
    "quit (q) or Ctrl-D: leave; what was done stays, and it goes on here the next time",
)


class Away(Exception):  # noqa: N818 - a way out of a question, not an error
    """The person did not answer but went somewhere."""

    def __init__(self, way: Way) -> None:
        super().__init__(way.value)
        self.way = way


async def in_turn(*questions: Callable[[], Awaitable[None]]) -> None:
    """Put one question after the other; back leads to the one before.

    Raises:
        Away: the person went elsewhere, or back from the first.
    """
    at = 0
    while at < len(questions):
        try:
            await questions[at]()
        except Away as away:
            if away.way is not Way.BACK or at == 0:
                raise
            at -= 1
        else:
            at += 1


@dataclass(slots=True)
class Asking:
    """Asks one question at a time; what is wrong with an answer is said, and it is asked again."""

    talk: Talk
    topic: str = "first"
    """The step whose help is given."""
    _listed: tuple[str, ...] = ()

    async def choose(self, question: str, choices: Sequence[str], default: int | None = None) -> int:
        """Ask for one of these, numbered from 1; its place from 0. A list that was just told is not told again.

        Raises:
            Away: the person went somewhere instead.
        """
        listed = (question, *choices)
        if listed != self._listed:
            self._list(listed)
        self._listed = listed
        enter = f", Enter for {default + 1}" if default is not None else ""
        while True:
            typed = await self._answer(f"Choose 1 to {len(choices)}{enter}: ", again=lambda: self._list(listed))
            if not typed and default is not None:
                return default
            if typed.isascii() and typed.rstrip(".").isdigit() and 1 <= int(typed.rstrip(".")[:4]) <= len(choices):
                return int(typed.rstrip(".")) - 1
            what = f"{elide(typed, 30)!r} is none of them." if typed else "Nothing was typed."
            self._say(f"{what} Type a number from 1 to {len(choices)}, or help.")

    async def text(self, question: str, read: Callable[[str], T], default: str | None = None) -> T:
        """Ask for a typed answer; Enter takes the default.

        Raises:
            Away: the person went somewhere instead.
        """
        self._listed = ()
        enter = f" (Enter for {default or 'none'})" if default is not None else ""
        lines = wrapped(f"{question}{enter}")

        def begin() -> None:
            for line in lines[:-1]:
                self.talk.write(line)

        begin()
        while True:
            typed = await self._answer(f"{lines[-1]}: ", again=begin)
            if not typed and default is None:
                self._say("Nothing was typed.")
                continue
            try:
                return read(typed or default or "")
            except (BadNameError, BadInputError) as error:
                self._say(f"problem: {error}")

    async def unseen(self, question: str) -> Secret:
        """Ask for something that is not shown while it is typed; no word leads away here, but an empty line does.

        Raises:
            Away: nothing was typed.
        """
        self._listed = ()
        self.talk.prompt(f"{question}, not shown; nothing to go back: ")
        typed = await self.talk.read_unseen()
        if typed is None or not typed.reveal().strip():
            raise Away(Way.QUIT if typed is None else Way.BACK)
        return typed

    async def consent(self, plan: Plan) -> bool:
        """Show the plan, then ask; Enter is no. Files that its commands read are long, so they are told when asked for.

        Raises:
            Away: the person went somewhere instead; nothing is done.
        """
        plan = pasted(plan)
        for line in plan_lines(plan, documents=False):
            self.talk.write(line)
        self._listed = ()
        self.talk.forget_typed()
        choices = [f"Yes: {plan.verb.lower()}", "Not now; nothing is done"]
        if plan.documents:
            choices.append(f"Tell the commands again, to paste, with {', '.join(plan.documents)}")
        while (at := await self.choose("Shall this be done?", choices, 1)) == 2:
            for line in "\n".join(plan.commands).splitlines():
                self.talk.write(line)
        return at == 0

    def anew(self) -> None:
        """Tell the next list whole, also if it is the same again."""
        self._listed = ()

    async def _answer(self, prompt: str, *, again: Callable[[], None]) -> str:
        while True:
            self.talk.prompt(prompt)
            typed = await self.talk.read()
            if typed is None:
                raise Away(Way.QUIT)
            word = typed.strip()
            if word.lower() in _HELP:
                for paragraph in (*map(plain, HELP.get(self.topic, ())), *USAGE):
                    self._say(paragraph)
                again()
            elif (way := WORDS.get(word.lower())) is not None:
                raise Away(way)
            else:
                return word

    def _list(self, listed: Sequence[str]) -> None:
        for number, line in enumerate(listed):
            self._say(f"{number}. {line}" if number else line)

    def _say(self, text: str) -> None:
        for line in wrapped(text):
            self.talk.write(line)
