"""`login`: make the SMTP login, prove it, hand it to the program that needs it, and take it through its life."""

from importlib import import_module

import click

from seswizard.cli.consent import exit_of
from seswizard.cli.ending import say, tell_way_out
from seswizard.core.failure import Failure

COMMANDS: dict[str, tuple[str, str]] = {
    "create": ("seswizard.cli.login_create", "Make the login, keep it, prove it."),
    "test": ("seswizard.cli.login_test", "Log in, and say what is wrong if it fails."),
    "show": ("seswizard.cli.login_show", "Its user name; with --reveal its password."),
    "list": ("seswizard.cli.login_list", "Every login that is known here, and where it stands."),
    "rotate": ("seswizard.cli.login_rotate", "A new key, proven before the old one goes."),
    "revoke": ("seswizard.cli.login_revoke", "Remove key, password, policy and user."),
}
"""Every command: the module that holds it under the name `command` or its own, and its line of help."""


class LoginCommands(click.Group):
    """Loads a command when it is called: `show` needs no AWS, and only `test` looks at ports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of a login's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, "command", None) or getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of the help page, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group("login", cls=LoginCommands, short_help="The SMTP login: create, test, show, list, rotate, revoke.")
def command() -> None:
    """The SMTP login of a domain: an IAM user that may send as it, and a password in the keep of your choice."""


def tell(failure: Failure) -> int:
    """Say why nothing was done; the exit code."""
    say(f"{failure.title} ({failure.kind})")
    tell_way_out(failure)
    return exit_of(failure.kind)
