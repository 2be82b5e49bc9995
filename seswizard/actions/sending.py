"""Which way a message goes from here: through SMTP by the port that is open, or by SES's API, and then why."""

from seswizard.actions.proof import Sending
from seswizard.core.ports import open_ports, recommended, shut_ports
from seswizard.core.reading import Seen
from seswizard.core.regions import has_smtp
from seswizard.look.session import Session

NOT_PROVEN = "That proves neither a login nor the way to SES’s SMTP ports."
"""What a message that went by the API leaves open."""


def why_api(session: Session) -> str:
    """Why it cannot go by SMTP; empty where it can."""
    if not has_smtp(session.region):
        return f"SES has no SMTP endpoint in {session.region}"
    if session.choices is not None and session.choices.sends_by != "smtp":
        return "your program sends by an SDK"
    ports = session.facts.ports if session.facts else None
    if isinstance(ports, Seen) and not open_ports(ports.value) and shut_ports(ports.value):
        return "no SMTP port is open from here"
    return ""


def sending_to(session: Session, to: str = "bounce", via: str = "", port: int = 0) -> Sending:
    """The message to a scenario or an address, by the way that is open: the recommended port unless one is named, or the API."""
    assert session.name is not None
    ports = session.facts.ports if session.facts else None
    port = port or (recommended(ports.value) if isinstance(ports, Seen) else 0) or 587
    by_api = via == "api" or bool(why_api(session))
    return Sending(session.name, to, via="api" if by_api else "smtp", port=port)
