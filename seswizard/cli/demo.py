"""`demo`: the wizard in an embedded world, and `demo serve`, that world alone."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from seswizard.cli.ending import Ended, say
from seswizard.core.quoting import our_command

NEEDED = ("moto", "flask", "flask_cors", "aiosmtpd", "cryptography")


class Demo(click.Group):
    """A first word that is no command is a scenario."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and (not args or args[0] not in ("serve", "--help", "-h")):
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """`serve`, and every scenario."""
        return [*super().shell_complete(ctx, incomplete), *_scenarios(ctx, self, incomplete)]


@click.group("demo", cls=Demo, short_help="Try everything in an embedded world, without an AWS account.")
def command() -> None:
    """`demo [SCENARIO]` runs the wizard in an embedded world; `demo serve` is that world alone.

    Scenarios: first-time, route53, production, blank, and every DNS finding id, such as dkim.doubled-name. In each of them
    the domain is example.com.
    """


def _missing() -> list[str]:
    return [name for name in NEEDED if find_spec(name) is None]


def _need_the_world() -> None:
    """Stop with one sentence where the packages of the world are missing."""
    if missing := _missing():
        say(f"The demo needs {', '.join(missing)}. Install them with: pip install 'seswizard[demo]'")
        raise Ended(2)


def _scenarios(_ctx: click.Context, _for: click.Command | click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The scenarios that begin so; none where the packages of the world are missing."""
    if _missing():
        return []
    from seswizard.demo.scenarios import SCENARIOS

    return [CompletionItem(name) for name in SCENARIOS if name.startswith(incomplete)]


def _scenario(name: str) -> str:
    from seswizard.demo.scenarios import SCENARIOS

    if name not in SCENARIOS:
        from difflib import get_close_matches

        near = get_close_matches(name, SCENARIOS, 1, 0.6)
        meant = f" Did you mean {near[0]}?" if near else ""
        plain = ", ".join(one for one in SCENARIOS if "." not in one)
        raise click.UsageError(f"{name[:60]!r} is no scenario.{meant} There are {plain}, and every DNS finding id.")
    return name


@command.command("open", hidden=True)
@click.argument("scenario", default="first-time")
def opened(scenario: str) -> None:
    """Run the wizard in a fresh world."""
    _need_the_world()
    chosen = _scenario(scenario)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("The wizard needs a terminal. For scripts there is: seswizard demo serve -- COMMAND")
        raise Ended(2)
    from seswizard.cli.main import seswizard
    from seswizard.cli.screen import Stay
    from seswizard.demo.visit import WorldFailedError, visiting

    say("Starting the embedded world …")
    again = "seswizard demo" if chosen == "first-time" else our_command("demo", chosen)
    stay = Stay(
        "example.com", "the only domain in this world", f"That world is gone, with all that was made in it. Anew: {again}"
    )
    try:
        with visiting(chosen):
            seswizard.main(["setup"], prog_name="seswizard", standalone_mode=False, obj=stay)
    except WorldFailedError:
        say("The embedded world did not start.")
        raise Ended(1) from None


@command.command("serve")
@click.option("--scenario", default="first-time", show_default=True, shell_complete=_scenarios)
@click.option("--env-file", metavar="PATH", help="Write the variables to PATH too (0600, removed at the end).")
@click.argument("words", nargs=-1, metavar="[-- COMMAND...]", type=click.UNPROCESSED)
def served(scenario: str, env_file: str | None, words: tuple[str, ...]) -> Any:
    """Serve the world until interrupted, or run COMMAND inside it."""
    _need_the_world()
    from seswizard.demo.serve import serve

    raise Ended(serve(_scenario(scenario), Path(env_file) if env_file else None, words))
