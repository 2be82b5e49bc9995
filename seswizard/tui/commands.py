"""The palette's commands: every step, the overview, copying, themes, leaving. One table for search and discovery."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.command import DiscoveryHit, Hit, Hits, Provider

from seswizard.core.marks import MARKS
from seswizard.core.offer_words import ANOTHER_NAME
from seswizard.core.steps import STEPS
from seswizard.tui.app import ANOTHER, NEEDS_NO_DOMAIN, SeswizardApp
from seswizard.tui.messages import GoTo
from seswizard.tui.sending_screen import SendingScreen
from seswizard.tui.theme import THEMES
from seswizard.tui.widgets.rail import mark_of_step

BESIDE = (
    ("Listen: prove your own program", "by the bounce of a mail that it sends", "listen"),
    ("Read the headers of a mail", "SPF, DKIM, DMARC, as the receiver saw them", "headers"),
    ("What does it mean?", "explain a reply, a log, an event, a record or a word", "explain"),
    ("Suppression list", "whom SES sends nothing, and taking them off", "suppression"),
)
"""The screens beside the road: name, help, place."""


@dataclass(frozen=True, slots=True)
class Command:
    """One entry."""

    name: str
    help: str
    run: Callable[[], object]
    discover: bool = True
    """Whether it is listed before anything is typed."""


class WizardCommands(Provider):
    """Every command of the wizard by name."""

    async def discover(self) -> Hits:
        """What is listed before anything is typed."""
        for command in self._commands():
            if command.discover:
                yield DiscoveryHit(command.name, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """The commands that match."""
        matcher = self.matcher(query)
        for command in self._commands():
            if (score := matcher.match(command.name)) > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, help=command.help)

    def _commands(self) -> Iterator[Command]:
        app = self.app
        assert isinstance(app, SeswizardApp)
        if app.session.name is None:
            for name, why, place in BESIDE:
                if place in NEEDS_NO_DOMAIN:
                    yield Command(name, why, _opener(app, place))
        elif app.visited:
            for step in STEPS:
                word = MARKS[mark_of_step(step.id, app.session.report, app.session.states)].word
                yield Command(f"Go to {step.label}", f"{word}: {step.why}", _opener(app, step.id))
            yield Command("Overview", "every step, worst first", _opener(app, "overview"))
            for name, why, place in BESIDE:
                yield Command(name, why, _opener(app, place))
            for screen in app.step_screens[-1:]:
                if isinstance(screen, SendingScreen) and not screen.busy():
                    yield Command("Send to another recipient", "a simulator address, or a mailbox", screen.action_choose)
                if isinstance(screen, SendingScreen) and not screen.stuck():
                    yield Command("Send another way", "by another port, or by SES’s API", screen.action_way)
            yield Command("Look now", "at AWS and DNS", app.action_look_now)
            yield Command("Copy what was found", "the findings as plain text", app.action_copy_findings)
            yield Command("Print what was found", "plainly, for the terminal's own selection", app.action_print_findings)
        yield Command(ANOTHER_NAME, "the first questions again", _opener(app, ANOTHER))
        yield Command("Help", "why, keys and signs", app.action_help)
        own = [theme.name for theme in THEMES]
        ansi = [name for name in app.available_themes if name.startswith("ansi")]
        rest = [name for name in app.available_themes if name not in own and name not in ansi]
        for name in (*own, *ansi, *sorted(rest)):
            yield Command(f"Theme {name}", "how it looks", _theme(app, name), discover=name in own or name in ansi)
        yield Command("Quit", "says what keeps running", app.action_quit)


def _opener(app: SeswizardApp, step: str) -> Callable[[], object]:
    return lambda: app.post_message(GoTo(step))


def _theme(app: SeswizardApp, name: str) -> Callable[[], object]:
    def choose() -> None:
        app.theme = name

    return choose
