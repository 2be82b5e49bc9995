"""The linear mode from its first line to its last: the walk, the way into the wizard and back, and leaving."""

import os
from collections.abc import Callable

from seswizard.cli.interrupts import CHANGE
from seswizard.cli.linear.asking import Away, Way
from seswizard.cli.linear.first import begun
from seswizard.cli.linear.road import walk_road
from seswizard.cli.linear.road_words import goes_on
from seswizard.cli.linear.talk import Talk, TerminalTalk
from seswizard.cli.linear.walk import Walk
from seswizard.cli.options import run_async, warn_overrides
from seswizard.cli.pasting import pasted
from seswizard.cli.screen import present_stay
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.names import IdentityName
from seswizard.core.offer_words import watch_command
from seswizard.core.step_words import WAITED_FOR
from seswizard.core.steps import State
from seswizard.look.beginning import Rewire
from seswizard.ports import Services

Screen = Callable[[Services, IdentityName | None], None]
"""Opens the full-screen wizard until the person leaves it."""
DUMB = "The full-screen wizard needs a terminal that can move its cursor; this one says TERM=dumb."


def converse(services: Services, answers: SetupAnswers, rewire: Rewire, screen: Screen) -> int:
    """Walk until the person leaves; the exit code.

    Raises:
        KeyboardInterrupt: Ctrl-C; where it goes on was said.
    """
    talk, no_wizard = TerminalTalk(), DUMB if os.environ.get("TERM") == "dumb" else ""
    warn_overrides(services)
    while True:
        walks: list[Walk] = []
        try:
            run_async(_walked(services, answers, talk, rewire, no_wizard, walks), CHANGE)
        except Away as away:
            walk = walks[-1] if walks else None
            if away.way is not Way.WIZARD:
                _farewell(talk, walk)
                return 0
            services, name = (walk.services, walk.session.name) if walk else (services, answers.name)
            screen(services, name)
            talk.write("Back from the wizard, in lines again.")
            answers = SetupAnswers(name).over(answers) if name else answers
        except KeyboardInterrupt:
            talk.write("")
            _farewell(talk, walks[-1] if walks else None)
            raise


async def _walked(
    services: Services, answers: SetupAnswers, talk: Talk, rewire: Rewire, no_wizard: str, walks: list[Walk]
) -> None:
    walk = await begun(services, answers, talk, rewire, no_wizard)
    walks.append(walk)
    await walk_road(walk)


def _farewell(talk: Talk, walk: Walk | None) -> None:
    """What goes on without it, and how it is gone on with; or what became of an unusual stay."""
    if over := present_stay().over:
        talk.write(f"Left. {over}")
        return
    if walk is None or walk.session.name is None:
        talk.write("Left; nothing was changed.")
        return
    name, region, states = walk.session.name, walk.session.region, walk.session.states
    talk.write("Left. What was done stays; this goes on with it:")
    talk.write(pasted(goes_on(name, region)))
    if any(states[step] is State.WAITING for step in WAITED_FOR):
        talk.write("It is still waiting; this goes on watching:")
        talk.write(pasted(watch_command(name, region)))
