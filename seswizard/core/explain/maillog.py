"""Mail logs: Postfix by queue id, Exim by message id, the others by line; interleaved messages are kept apart.

https://www.postfix.org/postconf.5.html (status words of smtp(8)), https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html
(flags `<=`, `=>`, `**`, `==`), https://marlam.de/msmtp/msmtp.html (logging).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from seswizard.core.explain.connections import connection, region_in
from seswizard.core.explain.enhanced import Meaning, by_code, by_words, meaning
from seswizard.core.explain.kinds import line_evidence, of_failure, told
from seswizard.core.explain.relay_lines import RelayLine, relay_line
from seswizard.core.explain.replies import Line, lines_of
from seswizard.core.findings import Evidence, Finding
from seswizard.core.replies import read_reply

_POSTFIX = re.compile(
    r"\bpostfix(?:-[\w.]{1,40})?/([\w/-]{1,60})\[\d{1,10}\]: (?:warning: )?"
    r"(?:([0-9A-F]{5,20}|[0-9A-Za-z]{11,24}|NOQUEUE): )?(.{0,3900})"
)
_DELIVERY = re.compile(r"\bstatus=(sent|bounced|deferred|expired|undeliverable|deliverable)\b ?(.{0,2000})")
_FROM = re.compile(r"\bfrom=<([^<>]{0,320})>")
_RELAY = re.compile(r"\brelay=([^,\s]{1,255})")
_SAID = re.compile(r"(?:\bsaid: |refused to talk to me: )(\d{3})[ -](.{0,1800})")
_IN_REPLY = re.compile(r"\s?\(in reply to [A-Za-z ]{1,40} command\)\){0,2}\s*$")
_TAKEN = re.compile(r"\((\d{3}) (?:2\.\d\.\d )?(.{0,300}?)\)?$")

_NO_MECHANISM = re.compile(r"(?i)no mechanism available|no worthy mechs")

_EXIM = re.compile(r"(?:^|\s)([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (<=|=>|->|\*\*|==|>>) (.{0,3900})")
_EXIM_REPLY = re.compile(
    r"(?:SMTP error from remote mail server[^:]{0,80}(?::[^:]{0,200}?)?|error after[^:]{0,80}): (\d{3})[ -](.{0,1500})"
)
_MSMTP = re.compile(r"\bhost=(\S{1,255}) .{0,900}\bexitcode=(EX_\w{1,30})")
_MSMTP_SAID = re.compile(r"\bsmtpmsg='(\d{3})[ -]([^']{0,1500})")


def is_maillog(text: str) -> bool:
    """Whether some line is one of a mail log."""
    return any(
        relay_line(line.text) or any(pattern.search(line.text) for pattern in (_POSTFIX, _EXIM, _MSMTP))
        for line in lines_of(text)
    )


@dataclass(slots=True)
class _Message:
    """What a log tells of one message."""

    sender: str | None = None
    """None where the log does not show it; empty for the null sender of bounces."""
    lines: list[Line] = field(default_factory=list)


def maillog(text: str) -> Iterator[Finding]:
    """What became of each message; problems of the whole relay too."""
    messages: dict[str, _Message] = {}
    rest: list[Line] = []
    for line in lines_of(text):
        if found := _POSTFIX.search(line.text):
            _sort(messages, rest, found[2], line, _FROM.search(found[3]))
        elif found := _EXIM.search(line.text):
            sender = re.match(r"(<>|[^\s<>]{1,320})", found[3]) if found[2] == "<=" else None
            message = messages.setdefault(found[1], _Message())
            message.lines.append(line)
            if sender:
                message.sender = "" if sender[1] == "<>" else sender[1]
        elif _MSMTP.search(line.text) or relay_line(line.text):
            rest.append(line)
    for queue_id, message in messages.items():
        for line in message.lines:
            yield from _delivery(queue_id, message, line)
    for line in rest:
        if other := relay_line(line.text):
            yield from _by_line(line, other)
        else:
            yield from _msmtp(line) if _MSMTP.search(line.text) else _relay_wide(line)


def _by_line(line: Line, seen: RelayLine) -> Iterator[Finding]:
    if seen.fate == "2":
        yield _taken(seen.ident, line, seen.relay, seen.detail)
    else:
        yield from _refused(seen.ident, _Message(seen.sender), line, seen.reply, seen.detail, deferred=seen.fate == "4")


def _sort(
    messages: dict[str, _Message], rest: list[Line], queue_id: str | None, line: Line, sender: re.Match[str] | None
) -> None:
    if queue_id is None or queue_id == "NOQUEUE":
        rest.append(line)
        return
    message = messages.setdefault(queue_id, _Message())
    message.lines.append(line)
    if sender and message.sender is None:
        message.sender = sender[1]


def _delivery(queue_id: str, message: _Message, line: Line) -> Iterator[Finding]:
    exim = _EXIM.search(line.text)
    if exim:
        yield from _exim(queue_id, message, line, exim[2], exim[3])
        return
    found = _DELIVERY.search(line.text)
    if not found:
        yield from _not_a_delivery(queue_id, line)
        return
    status, detail = found[1], found[2]
    relay = _RELAY.search(line.text)
    if status in ("sent", "deliverable"):
        yield _taken(queue_id, line, relay[1] if relay else "", detail)
        return
    if status == "expired":
        title = "The relay gave up: the message waited too long and goes back to its sender."
        yield told(
            "explain.expired",
            title,
            line_evidence(queue_id, line.text, line.number),
            do="Mend what deferred it, then send it again.",
        )
        return
    said = _SAID.search(detail)
    reply = (int(said[1]), _IN_REPLY.sub("", said[2]).rstrip(")")) if said else None
    yield from _refused(queue_id, message, line, reply, detail, deferred=status == "deferred")


def _refused(
    queue_id: str, message: _Message, line: Line, reply: tuple[int, str] | None, detail: str, *, deferred: bool
) -> Iterator[Finding]:
    evidence = line_evidence(queue_id, line.text, line.number)
    region = region_in(line.text)
    if reply:
        code, words = reply
        if code == 501 and message.sender == "":
            yield told(
                "explain.null-sender",
                "SES takes no mail with an empty sender (MAIL FROM:<>), as bounce notices have: this notice is lost.",
                evidence,
                do="Find the refusal of the mail that it tells of; have the relay keep notices at home, or rewrite their null "
                "sender to an address of your domain.",
            )
            return
        known = read_reply(code, words, region, message.sender or "") if _is_ses(line.text, words) else None
        if known:
            yield of_failure(known, evidence)
            return
        other = by_words(code, words) or meaning(words) or by_code(code)
        if other:
            yield told(other.kind, other.title, evidence, do=other.remedy)
            return
    if _NO_MECHANISM.search(line.text):
        yield _no_mechanism(evidence)
    elif known := connection(detail or line.text, region) or read_reply(None, detail, region, message.sender or ""):
        yield of_failure(known, evidence)
    elif by_status := _own_status(line.text):
        yield told(by_status.kind, by_status.title, evidence, do=by_status.remedy)
    elif deferred:
        yield told(
            "explain.delayed",
            "The relay keeps the message and tries again; its reason is not one that is known here.",
            evidence,
            do="Read the words after the status; look again after the next try.",
        )
    else:
        yield told(
            "explain.relay-refused",
            "The relay gave the message up; its reason is not one that is known here.",
            evidence,
            do="Read the words after the status.",
        )


def _no_mechanism(evidence: Evidence) -> Finding:
    return told(
        "explain.no-mechanism",
        "The relay cannot log in: its SASL library has no PLAIN or LOGIN.",
        evidence,
        do="Install the plug-ins (libsasl2-modules or cyrus-sasl-plain) and set smtp_sasl_security_options = noanonymous.",
    )


def _own_status(line: str) -> Meaning | None:
    """What the relay's own status says of mailbox or size; its other codes say no more than its words."""
    found = re.search(r"\bdsn=(5\.(?:1\.[1-3]|2\.\d|3\.4)),", line)
    return meaning(found[1]) if found else None


def _is_ses(line: str, words: str) -> bool:
    """Whether SES spoke; a log may also show other servers, whose replies mean other things."""
    return "amazonaws.com" in line or "api.aws" in line or bool(re.search(r"(?i)failed the check in region|ses:Send", words))


def _taken(queue_id: str, line: Line, relay: str, detail: str) -> Finding:
    evidence = line_evidence(queue_id, line.text, line.number)
    if "amazonaws" in relay or "api.aws" in relay or _is_ses(line.text, ""):
        return told("explain.accepted", "SES accepted the message; whether it arrived is told by SES's events.", evidence)
    taken = _TAKEN.search(detail)
    by = "The next server" if taken else "The relay itself"
    return told("explain.delivered", f"{by} took the message; SES had no part in that.", evidence)


def _not_a_delivery(queue_id: str, line: Line) -> Iterator[Finding]:
    if re.search(r"SASL authentication failed|: reject: |NOQUEUE", line.text) or _SAID.search(line.text):
        said = re.search(r"(?:said|failed[^:]{0,60}): {0,2}(\d{3})[ -](.{0,1500})", line.text)
        known = read_reply(int(said[1]), said[2], region_in(line.text)) if said and _is_ses(line.text, "") else None
        if known:
            yield of_failure(known, line_evidence(queue_id, line.text, line.number))


def _relay_wide(line: Line) -> Iterator[Finding]:
    """A line that belongs to no message: a warning about the relay host."""
    evidence = line_evidence("postfix", line.text, line.number)
    if _NO_MECHANISM.search(line.text):
        yield _no_mechanism(evidence)
        return
    said = re.search(r"(?:said|refused to talk to me|failed[^:]{0,60}): {0,2}(\d{3})[ -](.{0,1500})", line.text)
    known = read_reply(int(said[1]), said[2], region_in(line.text)) if said and _is_ses(line.text, "") else None
    known = known or connection(line.text, region_in(line.text))
    if known:
        yield of_failure(known, evidence)


def _exim(queue_id: str, message: _Message, line: Line, flag: str, rest: str) -> Iterator[Finding]:
    if flag in ("=>", "->"):
        host = re.search(r"\bH=(\S{1,255})", rest)
        yield _taken(queue_id, line, host[1] if host else "", rest)
    elif flag in ("**", "=="):
        said = _EXIM_REPLY.search(rest)
        yield from _refused(queue_id, message, line, (int(said[1]), said[2]) if said else None, rest, deferred=flag == "==")


def _msmtp(line: Line) -> Iterator[Finding]:
    found = _MSMTP.search(line.text)
    assert found is not None
    said = _MSMTP_SAID.search(line.text)
    sender = re.search(r"\bfrom=(\S{1,320})", line.text)
    message = _Message(sender[1] if sender else None)
    if found[2] == "EX_OK":
        yield _taken("msmtp", line, found[1], "")
    else:
        yield from _refused("msmtp", message, line, (int(said[1]), said[2]) if said else None, line.text, deferred=False)
