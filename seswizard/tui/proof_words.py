"""What the proof's screen says: how a message goes, what came back of it, and what that proves and does not."""

from datetime import datetime

from seswizard.actions.proof import ProofRun, Sending
from seswizard.actions.sending import NOT_PROVEN, why_api
from seswizard.core.conversation import Line
from seswizard.core.events import MailEvent
from seswizard.core.login import PORTS, smtp_host
from seswizard.core.names import domain_of
from seswizard.core.offer_words import TAKEN, patience, slow
from seswizard.core.pacing import SES_LOOK
from seswizard.core.policy import Names
from seswizard.core.reading import Seen
from seswizard.core.remembered import Proof
from seswizard.core.simulator import COST, SCENARIOS, scenario
from seswizard.core.steps import State
from seswizard.core.text import duration
from seswizard.core.way_back import Link
from seswizard.look.session import Session
from seswizard.tui.live_proof import Click, LiveProof
from seswizard.tui.paint import Text, glyph, joined, quiet, styled
from seswizard.tui.widgets.facts import Pair
from seswizard.tui.words import Say

MINE = "mine"
"""The choice of a mailbox of one's own."""
_BACK = {
    "bounce": "its bounce came back",
    "complaint": "the complaint about it came back",
    "success": "its delivery was reported",
    "ooto": "its delivery was reported",
    "suppressionlist": "its bounce came back",
}
_MORE = {
    "ooto": "Its out-of-office reply goes to SES’s own Return-Path, and SES reports none.",
    "suppressionlist": "As for an address on SES’s global suppression list: SES did not even try.",
}
_AWAITED = {"Bounce": "Its bounce is not back yet.", "Complaint": "The complaint is not back yet."}
WAYS = "The same message and the same event; the way there is what differs."
_TLS = {"starttls": "STARTTLS", "tls": "implicit TLS, from the first byte"}
_SIGNS = {"whole": "ok", "broken": "problem", "unclear": "unknown"}


def choices() -> tuple[tuple[str, str, str], ...]:
    """Whom to send to, with what should come back, for the sheet."""
    told = tuple((one.to, one.to, one.short) for one in SCENARIOS)
    return (
        *told,
        (MINE, "a mailbox of mine", "a real mail: Send, then Delivery; uses quota"),
    )


def ways(session: Session) -> tuple[tuple[str, str, str], ...]:
    """The ports with how TLS begins there and whether they are open from here, then the API."""
    seen = session.facts.ports.value if session.facts and isinstance(session.facts.ports, Seen) else ()
    rows: list[tuple[str, str, str]] = []
    for port, mode in () if why_api(session) else PORTS:
        here = [one for one in seen if one.port == port and not one.absent]
        state = "" if not here else "; open from here" if any(one.open for one in here) else "; shut from here"
        rows.append((str(port), f"port {port}", f"{_TLS[mode]}{state}"))
    return (*rows, ("api", "SES’s API", "by HTTPS; proves neither login nor port"))


def through(sending: Sending, region: str) -> str:
    """`email-smtp.eu-west-1.amazonaws.com:587`, or the API."""
    return "SES’s API" if sending.via == "api" else f"{smtp_host(region)}:{sending.port}"


def way(sending: Sending, session: Session, *, chosen: bool = False) -> tuple[Pair, ...]:
    """What will be sent, what should come back and how, and what it costs; `chosen` when the person chose the way."""
    known, names = scenario(sending.to), Names(str(domain_of(sending.name)), session.region)
    by_api: tuple[Pair, ...] = ()
    if sending.via == "api":
        why = why_api(session) or ("you chose it" if chosen else "SMTP was not possible")
        by_api = (("By API because", why), ("", quiet(NOT_PROVEN)))
    costs = COST if known else "Billed as one message, and counts as one recipient of the daily quota."
    return (
        ("From", sending.from_address),
        ("To", sending.recipient),
        ("Through", through(sending, session.region)),
        *by_api,
        ("Should come back", known.what if known else "Send, then Delivery once its server took the message"),
        ("Comes back by", joined(names.set, quiet("  configuration set, topic and queue"))),
        ("Costs", quiet(costs)),
    )


def kept_line(kept: Proof, state: State) -> Text:
    """The event of the proof that is remembered; where it proves nothing now, by what it was sent."""
    by = "by SES’s API" if kept.key_id == "api" else f"through the key {kept.key_id}"
    told = "seen then" if state is State.DONE else by
    return joined(glyph("ok"), f" {kept.event}  ", quiet(f"on {kept.at:%Y-%m-%d %H:%M} UTC, {told}"))


def proven(sending: Sending) -> Say:
    """The event that was expected came back."""
    words = _BACK.get(sending.to)
    by_api = sending.via == "api"
    first = "sent by SES’s API" if by_api else "sent through your own login"
    then = " ".join(part for part in (_MORE.get(sending.to, ""), NOT_PROVEN if by_api else "") if part)
    if words is None:
        return Say("ok", f"Proven: {first}, and the receiver took it.", then or f"Look into {sending.recipient}, into spam too.")
    return Say("ok", f"Proven: {first}, and {words}.", then)


def awaiting(sending: Sending, waited: float) -> Say:
    """SES took it; nothing came back yet."""
    awaited = _AWAITED.get(sending.expected, "Its delivery is not reported yet.")
    then = "; ".join(filter(None, (duration(waited), slow(waited), patience())))
    return Say("waiting", f"{TAKEN}. {awaited}", then)


def next_one(sending: Sending) -> Say:
    """Another message was chosen, and is not on its way."""
    known = scenario(sending.to)
    if known is None:
        return Say("doing", f"Next: a real mail to {sending.recipient}.", "Its delivery should be reported.")
    return Say("doing", f"Next: {known.to}. Its {known.event.lower()} should be reported.", known.what)


def clicking(awaited: Click, now: datetime) -> Say:
    """How it stands with the link that SES mailed to a mailbox."""
    address = awaited.address
    if awaited.failure:
        return Say("unknown", f"Could not look: {awaited.failure.title}", "The link stays good; try again to go on waiting.")
    if awaited.done:
        return Say("ok", f"{address} is verified: SES sends to it now.")
    if awaited.done is False:
        return Say("problem", f"Nobody clicked the link in 24 hours, so {address} is not verified.", "Have it mailed again.")
    since = awaited.since.astimezone().strftime("%H:%M")
    then = f"since {since}, for {duration((now - awaited.since).total_seconds())}; SES is asked every {SES_LOOK:.0f} s"
    return Say("waiting", f"SES has mailed {address} a link: waiting for the click.", then)


def unwanted(live: LiveProof) -> MailEvent | None:
    """An event that ends the hope for a delivery."""
    if live.sending is None or live.sending.expected != "Delivery":
        return None
    return next((event for event, _ in live.events if event.type in ("Bounce", "Reject", "Rendering Failure")), None)


def suppressed(live: LiveProof) -> str:
    """The recipient, where the account's suppression list stopped the message; else empty."""
    listed = any("OnAccountSuppressionList" in event.subtype for event, _ in live.events)
    refused = live.failure is not None and live.failure.kind == "suppression.listed"
    return live.sending.recipient if live.sending and (listed or refused) else ""


def proves(line: Line) -> bool:
    """Whether a line of the conversation proves something; the others are left out first where there is no room."""
    text = line.text
    wanted = ("235", "250 Ok 0", "MAIL", "RCPT", "4", "5", "TLS", "MessageId", "ses:")
    return text.startswith(wanted) or (line.way == "·" and "TLS" in text)


def fitting_lines(lines: list[Line], room: int) -> list[Line]:
    """As many lines as there is room for: those that prove something before the others, the last before the first."""
    if len(lines) <= room:
        return list(lines)
    telling = [at for at, line in enumerate(lines) if proves(line)][-room:]
    others = [at for at in range(len(lines)) if at not in telling]
    return [lines[at] for at in sorted([*telling, *others[: room - len(telling)]])]


def event_line(event: MailEvent, seconds: float, *, good: bool = True) -> Text:
    """One event that came back."""
    who = f"  {', '.join(event.recipients)}" if event.recipients else ""
    sign = glyph("ok" if good else "problem")
    return joined(quiet(f"{seconds:5.2f} "), sign, f" {event.type:<10} {event.subtype}", quiet(who))


def link_lines(found: tuple[Link, ...], *, whole: bool) -> list[Text]:
    """Every link of the way back in order; without `whole` only those that are not, and how many are."""
    rows: list[Text] = []
    for link in found:
        if link.state == "whole" and not whole:
            continue
        name = styled(f" {link.name:<25}", "" if link.state == "whole" else "bold")
        expected = "" if link.state == "whole" else f"  should be {link.expected}"
        rows.append(joined(glyph(_SIGNS[link.state]), name, link.seen, quiet(expected)))
    right = sum(link.state == "whole" for link in found)
    if found and not whole:
        rows.append(joined(glyph("ok"), quiet(f" {right} of {len(found)} links are whole")))
    return rows


def took(run: ProofRun) -> Text:
    """`1.3 s there and back`."""
    return quiet(f"{run.seconds:.1f} s there and back")


def with_breaks(rows: list[Text]) -> list[Text]:
    """The rows with line breaks between them."""
    return [part for row in rows for part in (row, "\n")][:-1]
