"""Where the login is kept: asked once, the keep that fits this computer first; or told once, where nothing keeps it."""

from functools import partial

from seswizard.actions.login_steps import Hand, unread
from seswizard.cli.linear.asking import in_turn
from seswizard.cli.linear.walk import Walk
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice, KeepOffer, command_words, keep_offers, keep_questions
from seswizard.core.login import Login
from seswizard.core.names import domain_of


async def ask_keep(walk: Walk) -> KeepChoice:
    """Ask for the keep, and for its place or commands where it needs them.

    Raises:
        Away: the person went somewhere instead.
    """
    offers = keep_offers(walk.services.here)
    at = await walk.ask.choose("Where shall the login be kept?", [_words(one) for one in offers], 0)
    kind = offers[at].kind
    here = walk.services.here
    asked = [(f"{question} {what}", usual) for question, what, usual in keep_questions(kind, str(domain_of(walk.name)))]
    if kind == "command":
        lines = dict.fromkeys(("--store-with", "--read-with"), "")

        async def line(option: str, question: str, usual: str) -> None:
            lines[option] = await walk.ask.text(question, partial(_line, option=option), usual)

        await in_turn(*(partial(line, option, *words) for option, words in zip(lines, asked, strict=True)))
        return KeepChoice.parse(kind, *lines.values())
    if not asked:
        return KeepChoice.parse(kind)
    question, usual = asked[0]
    return await walk.ask.text(
        question, lambda typed: KeepChoice.parse(f"{kind}:{typed}").anchored(here.home, here.directory), usual
    )


def telling(walk: Walk) -> Hand:
    """Tell a login that nothing keeps."""

    async def hand(login: Login) -> None:
        try:
            walk.tell.value("User name", login.username)
            walk.tell.value("Password", login.password.reveal())
        except OSError:
            raise unread() from None
        walk.tell.say("They are told this once; nothing keeps them.")

    return hand


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
