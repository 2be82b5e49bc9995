"""The top level: which word is which command, and what a first word that is none of them means."""

import sys
from difflib import get_close_matches
from importlib import import_module

import click

from seswizard import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "setup": ("seswizard.cli.setup", "Walk the road, or go on where you left it."),
    "health": ("seswizard.cli.health", "Look at everything and say how it stands."),
    "records": ("seswizard.cli.records", "The DNS records that SES asks for."),
    "check": ("seswizard.cli.check", "Look at DNS only, against a records file; needs no AWS."),
    "login": ("seswizard.cli.login", "The SMTP login: create, test, show, list, rotate, revoke."),
    "send": ("seswizard.cli.send", "Send one message and wait for its event."),
    "listen": ("seswizard.cli.listen", "Prove your own program: wait for the bounce of a mail it sends."),
    "headers": ("seswizard.cli.headers", "What the header fields of a received mail mean."),
    "suppression": ("seswizard.cli.suppression", "The suppression list: list, check, remove."),
    "explain": ("seswizard.cli.explain", "What a reply, log, event, bounce mail, record or word means."),
    "undo": ("seswizard.cli.undo", "Take back what seswizard made."),
    "demo": ("seswizard.cli.demo", "Try everything in an embedded world, without an AWS account."),
}
"""Every command: the module that holds it under the name `command`, and its line of help."""


class Commands(click.Group):
    """Loads a command when it is called; a first word with a dot or an `@` is the domain to set up."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in ("--help", "--version", "-h"):
            args = _completed(args) if ctx.resilient_parsing else with_command(args)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _completed(args: list[str]) -> list[str]:
    """The arguments before the word that a shell wants completed; the first word may still become any command."""
    try:
        return with_command(args) if args else args
    except click.UsageError:
        return args


def with_command(args: list[str]) -> list[str]:
    """The arguments with the command that they mean in front.

    Raises:
        click.UsageError: the first word is neither a command nor a name.
    """
    if not args or args[0].startswith("-"):
        later = next((word for word in args if word in COMMANDS), None)
        if later:
            raise click.UsageError(f"Options follow the command: seswizard {later} … {args[0]} …")
        return ["setup", *args]
    first = args[0]
    if first in COMMANDS:
        return args
    if "." in first or "@" in first:
        return ["setup", *args]
    near = get_close_matches(first, COMMANDS, 1, 0.0)
    raise click.UsageError(f"{first[:60]!r} is no command. Did you mean {near[0]}? A domain has a dot, such as example.com.")


@click.group(
    cls=Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="seswizard NAME is the same as seswizard setup NAME. Options follow the command.",
)
@click.version_option(message="seswizard %(version)s", version=__version__)
def seswizard() -> None:
    """Set up Amazon SES from a terminal, and prove that it works."""


def run() -> None:
    """Run a command and end with its exit code; no traceback ever reaches a person."""
    from seswizard.cli.ending import ended

    sys.exit(ended(lambda: seswizard.main(prog_name="seswizard", standalone_mode=False)))
