"""`setup`: the wizard itself. It goes on where the person left it."""

import sys

import click

from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, aws_options, services_for
from seswizard.core.names import IdentityName
from seswizard.ports import Services


@click.command("setup", short_help="Walk the road, or go on where you left it.")
@click.argument("name", type=NAME, required=False)
@aws_options
def command(name: IdentityName | None, profile: str | None, region: str | None, debug: str | None) -> None:
    """Set up NAME, a domain or an e-mail address, or go on where you left it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("The wizard needs a terminal. For scripts there are health, records, check, login and send.")
        raise Ended(2)
    services = services_for(profile, region, debug)

    def rewire(other: str) -> Services:
        return services_for(profile, other, debug)

    from seswizard.cli.screen import open_screen

    open_screen(services, name, rewire=rewire)
