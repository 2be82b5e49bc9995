"""The one place that imports the screen."""

from collections.abc import Callable
from dataclasses import dataclass

import click

from seswizard.cli.ending import Ended, say
from seswizard.core.names import IdentityName
from seswizard.ports import Services


@dataclass(frozen=True, slots=True)
class Stay:
    """What is to be said of a stay that is not an ordinary one; click's `obj` carries it."""

    name: str = ""
    """The name to type at the first question."""
    why: str = ""
    """Why that one."""
    over: str = ""
    """What is said at the end, in place of how to go on watching."""


def present_stay() -> Stay:
    """The stay of this run: an ordinary one, unless whoever runs it said otherwise."""
    context = click.get_current_context(silent=True)
    return (context and context.find_object(Stay)) or Stay()


def open_screen(
    services: Services,
    name: IdentityName | None,
    *,
    start: str | None = None,
    rewire: Callable[[str], Services] | None = None,
) -> None:
    """Run the wizard until the person leaves it; says afterwards what goes on without it.

    Raises:
        Ended: with the app's exit code, if it is not 0.
    """
    from seswizard.tui.app import SeswizardApp

    stay = present_stay()
    app = SeswizardApp(services, name, start=start, rewire=rewire, proposed=(stay.name, stay.why))
    farewell = app.run()
    if farewell := stay.over or farewell:
        say(str(farewell))
    if app.return_code:
        raise Ended(app.return_code)
