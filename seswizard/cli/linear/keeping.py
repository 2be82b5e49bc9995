"""Where the login is kept: asked once, the keep that fits this computer first."""

from seswizard.cli.linear.walk import Walk
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice, KeepOffer, command_words, keep_offers

_PLACE = {
    "file": "Which file? Its whole path; it gets mode 0600",
    "secretsmanager": "Which name does the secret get, such as seswizard/example.com",
    "ssm": "Which name does the parameter get, such as /seswizard/example.com",
}


async def ask_keep(walk: Walk) -> KeepChoice:
    """Ask for the keep, and for its place or commands where it needs them.

    Raises:
        Away: the person went somewhere instead.
    """
    offers = keep_offers(walk.services.here)
    at = await walk.ask.choose("Where shall the login be kept?", [_words(one) for one in offers], 0)
    kind = offers[at].kind
    here = walk.services.here
    if kind in _PLACE:
        return await walk.ask.text(
            _PLACE[kind], lambda typed: KeepChoice.parse(f"{kind}:{typed}").anchored(here.home, here.directory)
        )
    if kind != "command":
        return KeepChoice.parse(kind)
    store = await walk.ask.text("Which command takes the login on standard input", lambda typed: _line(typed, "--store-with"))
    printer = await walk.ask.text("Which command prints it", lambda typed: _line(typed, "--read-with"))
    return KeepChoice.parse(kind, store, printer)


def _words(offer: KeepOffer) -> str:
    return f"{offer.way}: {offer.what}." + (f" {offer.reason}" if offer.reason else "")


def _line(typed: str, option: str) -> str:
    """The command line, if it can be run.

    Raises:
        BadInputError: it cannot.
    """
    if not command_words(typed, option):
        raise BadInputError("That is no command.")
    return typed
