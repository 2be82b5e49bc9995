"""A single address as identity: no DNS records, only the link that SES mails to it. What its screens say."""

from seswizard.core.identity import Identity
from seswizard.core.reading import Seen
from seswizard.look.session import Session
from seswizard.tui.paint import quiet
from seswizard.tui.widgets.facts import Pair
from seswizard.tui.words import Say, waiting_since

NO_RECORDS = "A single address needs no DNS records."
FOR_REAL_MAIL = "For real mail set up the whole domain: only then is its mail signed in its own name."
SENDER = "no-reply-aws@amazon.com"
"""Who sends the link, and for how long it is good: the SES Developer Guide, "Creating an email address identity"."""
GOOD_FOR = "24 hours"


def known(session: Session) -> Identity | None:
    """What SES knows of the address."""
    identity = session.facts.identity if session.facts else None
    return identity.value if isinstance(identity, Seen) else None


def address_verdict(session: Session) -> Say | None:
    """How the address stands; None before anybody has looked, and where the usual words say it."""
    identity, name = known(session), session.name
    if session.report is None or (identity is not None and identity.status == "TEMPORARY_FAILURE"):
        return None
    if identity is None:
        return Say("doing", f"SES does not know {name} yet.", "The plan is shown before anything is made.")
    if identity.verified:
        return Say("ok", f"{name} is verified: the link was clicked.")
    if identity.status == "FAILED":
        return Say(
            "problem", "The link was not clicked in time.", "Remove the address in SES and make it again: a new link is mailed."
        )
    since = waiting_since("domain", session)
    return Say("waiting", f"SES mailed {name} a link: click it.", since)


def link(session: Session) -> tuple[Pair, ...]:
    """What is awaited, since when, and what to do meanwhile; nothing once it is verified."""
    identity = known(session)
    if identity is None or identity.verified:
        return ()
    since = session.since.get("domain")
    return (
        ("Awaited", "a click on the link in that mail"),
        ("Waiting", since.astimezone().strftime("since %H:%M") if since else quiet("not now")),
        ("Mail from", f"{SENDER}; look into spam too"),
        ("No mail", f"the link is good for {GOOD_FOR}; then make the address again"),
        ("Meanwhile", "go on to the SMTP login: it needs no verified address"),
    )
