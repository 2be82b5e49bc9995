"""The one place that imports the screen."""

from collections.abc import Callable

from seswizard.cli.ending import Ended, say
from seswizard.core.names import IdentityName
from seswizard.ports import Services


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

    app = SeswizardApp(services, name, start=start, rewire=rewire)
    farewell = app.run()
    if farewell:
        say(str(farewell))
    if app.return_code:
        raise Ended(app.return_code)
