"""Bounce mails (RFC 3464 delivery status notifications) and complaint mails (RFC 5965), as SES or any server writes them."""

import email
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message

from seswizard.core.explain.enhanced import by_code, by_words, meaning
from seswizard.core.explain.kinds import of_failure, told
from seswizard.core.findings import Evidence, Finding
from seswizard.core.replies import read_reply
from seswizard.core.simulator import SIMULATOR

_FIELDS = re.compile(r"(?im)^[ \t>]{0,4}(?:Final-Recipient|Original-Recipient) {0,2}:")
_FEEDBACK = re.compile(r"(?im)^Feedback-Type {0,2}:")
_MOST_PARTS = 20
"""Multiparts of a mail that is parsed as MIME; one with more is read by its fields alone, for the parser's sake."""
_MOST_RECIPIENTS = 200


def is_bounce_mail(text: str) -> bool:
    """Whether the text has the fields of a delivery status or of a complaint report."""
    return bool(_FIELDS.search(text) or _FEEDBACK.search(text))


def bounce_mail(text: str) -> Iterator[Finding]:
    """What happened to each recipient."""
    blocks = _blocks(text)
    reporter = next((one for block in blocks if (one := _field(block, "Reporting-MTA"))), "")
    for block in blocks[: _MOST_RECIPIENTS * 2]:
        if _field(block, "Feedback-Type"):
            yield _complaint(block)
        elif _field(block, "Final-Recipient") or _field(block, "Original-Recipient"):
            yield from _recipient(block, reporter)


def _blocks(text: str) -> list[Message]:
    """The groups of fields: of the mail's delivery-status part, or of the text itself where somebody pasted only that."""
    low = text.lower()
    if low.count("boundary=") + low.count("message/rfc822") <= _MOST_PARTS:
        try:
            parts = list(email.message_from_string(text).walk())
        except (MessageError, RecursionError, ValueError, LookupError, AttributeError, TypeError):
            parts = []
        found = [
            part
            for part in parts
            if _field(part, "Final-Recipient") or _field(part, "Feedback-Type") or _field(part, "Reporting-MTA")
        ]
        for part in parts:
            if part.get_content_type() == "message/feedback-report":
                inner = part.get_payload()
                found += [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else [_plain(str(inner))]
        if any(_field(one, "Final-Recipient") or _field(one, "Feedback-Type") for one in found):
            return found
    unquoted = re.sub(r"(?m)^[ \t]{0,4}>[ \t]{0,4}", "", text.replace("\r\n", "\n"))
    return [_plain(block) for block in re.split(r"\n[ \t]{0,80}\n", unquoted) if ":" in block]


def _plain(block: str) -> Message:
    """A group of fields, also where something stands before the first one."""
    start = re.search(
        r"(?im)^(?:Reporting-MTA|Original-Envelope-Id|Final-Recipient|Original-Recipient|Feedback-Type) {0,2}:", block
    )
    made = Message()
    for line in re.sub(r"\n[ \t]{1,80}", " ", block[start.start() :] if start else "").split("\n")[:50]:
        name, mark, value = line.partition(":")
        if mark and re.fullmatch(r"[A-Za-z-]{2,60}", name.strip()):
            made[name.strip()] = value.strip()[:2000].replace("\r", " ")
    return made


def _recipient(block: Message, reporter: str) -> Iterator[Finding]:
    who = _typed(_field(block, "Final-Recipient") or _field(block, "Original-Recipient"))
    action, status = _field(block, "Action").lower().split(" ")[0], _field(block, "Status")
    words = _typed(_field(block, "Diagnostic-Code"))
    source = _typed(_field(block, "Remote-MTA")) or _typed(reporter) or "the bounce mail"
    evidence = (
        Evidence(who or "recipient", " ".join(one for one in (action, status) if one) or "no status", source=source),
        *((Evidence("Diagnostic-Code", words, source=source),) if words else ()),
    )
    if action in ("delivered", "relayed", "expanded"):
        yield told("explain.delivered", f"The message to {who} was {action}.", *evidence)
        return
    if action == "delayed":
        yield told(
            "explain.delayed", f"The message to {who} is not delivered yet; the server goes on trying.", *evidence, do="Wait."
        )
        return
    if who.lower().rpartition("@")[2] == SIMULATOR:
        yield told("explain.simulator", "The simulator's bounce came back as a mail, as it was asked for.", *evidence)
        return
    said = re.match(r"(\d{3})[ -](.{0,1800})", words, re.DOTALL)
    known = read_reply(int(said[1]) if said else None, said[2] if said else words, "", "")
    if known and ("amazon" in f"{source} {reporter} {words}".lower() or "failed the check" in words):
        yield of_failure(known, *evidence)
        return
    other = (
        (by_words(int(said[1]), said[2]) if said else None)
        or meaning(words)
        or meaning(status)
        or (by_code(int(said[1])) if said else None)
    )
    if other:
        yield told(other.kind, other.title, *evidence, do=other.remedy)
    elif action == "failed":
        yield told("explain.bounce-permanent", "The message could not be delivered.", *evidence, do="The server's words say why.")


def _complaint(block: Message) -> Finding:
    kind = _field(block, "Feedback-Type")
    who = _typed(_field(block, "Original-Rcpt-To"))
    return told(
        "explain.complaint",
        f"A complaint by mail: the message was delivered, then reported ({kind}).",
        Evidence("Feedback-Type", kind, source=_field(block, "User-Agent") or "the complaint mail"),
        *((Evidence("Original-Rcpt-To", who, source="the complaint mail"),) if who else ()),
        do="Stop writing to the address; keep complaints below 0.1 %.",
    )


def _field(block: Message, name: str) -> str:
    """A field on one line; empty if it is not there or cannot be read."""
    return " ".join(str(block.get(name, "")).split())


def _typed(value: str) -> str:
    """A value without its type: `rfc822; ann@example.org`, `smtp; 550 …`, `dns; host`."""
    kind, mark, rest = value.partition(";")
    return rest.strip() if mark and re.fullmatch(r"[A-Za-z0-9 -]{1,30}", kind) else value.strip()
