"""A single address as identity: no DNS records, only the link that SES mails to it. What its screens say."""

from seswizard.core.offer_words import NOT_CLICKED
from seswizard.core.step_words import LINK_MAIL
from seswizard.look.session import Session
from seswizard.tui.paint import quiet
from seswizard.tui.widgets.facts import Pair
from seswizard.tui.words import Say, waiting_since


def address_verdict(session: Session) -> Say | None:
    """How the address stands; None before anybody has looked, and where the usual words say it."""
    identity, name = session.identity, session.name
    if session.report is None or (identity is not None and identity.status == "TEMPORARY_FAILURE"):
        return None
    if identity is None:
        return Say("doing", f"SES does not know {name} yet.", "The plan is shown before anything is made.")
    if identity.verified:
        return Say("ok", f"{name} is verified: the link was clicked.")
    if identity.status == "FAILED":
        return Say("problem", NOT_CLICKED, "Remove the address in SES and make it again: a new link is mailed.")
    since = waiting_since("domain", session)
    return Say("waiting", f"SES mailed {name} a link: click it.", since)


def link(session: Session) -> tuple[Pair, ...]:
    """What is awaited, since when, and what to do meanwhile; nothing once it is verified."""
    identity = session.identity
    if identity is None or identity.verified:
        return ()
    since = session.since.get("domain")
    return (
        ("Awaited", "a click on the link in that mail"),
        ("Waiting", since.astimezone().strftime("since %H:%M") if since else quiet("not now")),
        *LINK_MAIL,
        ("Meanwhile", "go on to the SMTP login: it needs no verified address"),
    )
