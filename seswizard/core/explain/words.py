"""A short page for each word that people meet, with their own value in it where one is remembered."""

from collections.abc import Callable
from dataclasses import dataclass

from seswizard.core.explain.kinds import told
from seswizard.core.findings import Evidence, Finding
from seswizard.core.quoting import word as quoted_word
from seswizard.core.records import TTL, Record, feedback_host


@dataclass(frozen=True, slots=True)
class Own:
    """What is remembered of the person's own domain: the public records of the last look."""

    domain: str
    region: str
    records: tuple[Record, ...]
    seen: str
    """The day of that look."""

    def of(self, *purposes: str) -> tuple[Record, ...]:
        """The records of these purposes."""
        return tuple(record for record in self.records if record.purpose in purposes)


@dataclass(frozen=True, slots=True)
class Page:
    """What a word means."""

    title: str
    lines: tuple[tuple[str, str, str], ...]
    """Label, sentence, and who says so."""
    do: str = ""
    command: str = ""
    """`{domain}` becomes the person's own."""
    own: tuple[str, ...] = ()
    """Purposes of the records that are the person's own value."""


_SES = "the SES guide"

PAGES: dict[str, Page] = {
    "spf": Page(
        "SPF: one TXT record that lists which servers may send with a domain as MAIL FROM.",
        (
            ("where", "at the MAIL FROM name, not at the domain that people see in From", "RFC 7208 §2.4"),
            ("how many", "exactly one that begins with v=spf1; with two receivers use none", "RFC 7208 §4.5"),
            ("limit", "ten terms that ask DNS, those of included records counted too", "RFC 7208 §4.6.4"),
            ("with SES", "include:amazonses.com at your MAIL FROM subdomain; at the domain itself it changes nothing", _SES),
        ),
        "Read one term by term: seswizard explain, then paste it.",
        own=("mail-from-spf",),
    ),
    "mx": Page(
        "MX: the record that says which host takes mail for a name, with a priority (the lowest goes first).",
        (
            ("with SES", "one MX at your MAIL FROM name brings bounces back to SES; it must be the only one there", _SES),
            ("not touched", "the MX of your domain itself, where your own mail arrives, stays as it is", _SES),
        ),
        own=("mail-from-mx",),
    ),
    "dkim": Page(
        "DKIM: a signature in every message, checked with a key in your DNS.",
        (
            ("with SES", "three CNAME records lead to keys that SES keeps and renews; one alone is not enough to verify", _SES),
            ("what it proves", "that the message comes from the domain in d= and was not changed", "RFC 6376"),
            ("two signatures", "SES adds one of amazonses.com as well; that is as it should be", _SES),
        ),
        "Compare yours with what SES asks for:",
        "seswizard records {domain}",
        own=("dkim",),
    ),
    "txt": Page(
        "TXT: a record that holds text; SPF and DMARC are TXT records that begin with a version.",
        (
            ("length", "strings of at most 255 bytes; several in one record are joined without a space", "RFC 7208 §3.3"),
            ("quotes", "they belong to zone files; most DNS hosts want the value without them", "RFC 1035 §5.1"),
        ),
        own=("mail-from-spf", "dmarc"),
    ),
    "cname": Page(
        "CNAME: a record that says “this name is an alias of that one”; nothing else may stand at the name.",
        (
            ("with SES", "DKIM uses three; they must not be proxied or flattened by the DNS host", _SES),
            ("at the end", "in a zone file the target ends with a dot, else the host appends your domain to it", "RFC 1035 §5.1"),
        ),
        own=("dkim",),
    ),
    "dmarc": Page(
        "DMARC: a TXT record that says what receivers do with mail that neither SPF nor DKIM proves to be yours.",
        (
            ("where", "at _dmarc. your domain; subdomains inherit it", "RFC 9989 §4.10"),
            ("passing", "SPF or DKIM must pass for the same domain as in From; DKIM alone is enough", "RFC 9989 §4"),
            ("policy", "p=none watches, p=quarantine puts aside, p=reject refuses", "RFC 9989 §4.7"),
        ),
        "Begin with p=none, read the reports, then become stricter.",
        own=("dmarc",),
    ),
    "ttl": Page(
        "TTL: how many seconds resolvers may keep an answer, also the answer “there is none”.",
        (
            ("after a change", "resolvers may still give the old value for that long", "RFC 1035 §3.2.1"),
            ("before it exists", "“no such name” is kept too, for the SOA's minimum", "RFC 2308 §5"),
            ("proposed", f"{TTL} seconds: short enough to mend a mistake", "seswizard"),
        ),
        own=("dkim", "mail-from-mx", "mail-from-spf", "dmarc"),
    ),
    "bounce": Page(
        "Bounce: a receiver gave a message back. Hard (Permanent): never again. Soft (Transient): perhaps later.",
        (
            ("with SES", "hard bounces put the address on the account's suppression list", _SES),
            ("limits", "keep them below 2 %; from 5 % AWS reviews the account, from 10 % it may pause it", _SES),
            ("how you learn", "by an event on SNS, or by mail to the MAIL FROM or Return-Path address", _SES),
        ),
        "See one come back, through the simulator:",
        "seswizard send {domain} --to bounce",
    ),
    "complaint": Page(
        "Complaint: somebody pressed “this is spam”, and their provider told SES.",
        (
            ("limits", "keep them below 0.1 %; from 0.5 % AWS may pause the account", _SES),
            ("who tells", "not every provider does: Gmail reports none to SES", _SES),
        ),
        "Stop writing to those who complain.",
    ),
    "mail from": Page(
        "MAIL FROM: the sender on the envelope, where bounces go; people see From instead. Also Return-Path.",
        (
            ("with SES", "a subdomain of yours, with one MX and one SPF record; else SES uses its own", _SES),
            ("why", "SPF is checked for this name, and DMARC accepts it if it is below your domain", "RFC 9989 §4"),
        ),
        own=("mail-from-mx", "mail-from-spf"),
    ),
    "sandbox": Page(
        "Sandbox: a new account may write only to the simulator and to verified addresses, 200 a day, one a second.",
        (
            ("where", "each region has its own", _SES),
            (
                "the way out",
                "a request for production access; AWS looks at your domain, your mail and how you handle bounces",
                _SES,
            ),
        ),
        "Look how your account stands:",
        "seswizard health {domain} --only sandbox",
    ),
    "suppression": Page(
        "Suppression list: addresses to which SES does not try any more, after a hard bounce or a complaint.",
        (
            ("yours", "the account's own list in one region; an entry stays until somebody takes it off", _SES),
            ("SES's", "a global one besides; its entries go by themselves, at the latest after 14 days", _SES),
        ),
        "Take an address off only when it works again.",
    ),
}
"""By word."""

_OTHER_NAMES = {
    "mail-from": "mail from",
    "mailfrom": "mail from",
    "return-path": "mail from",
    "bounces": "bounce",
    "complaints": "complaint",
    "suppression list": "suppression",
    "time to live": "ttl",
}


def word_of(text: str) -> str | None:
    """The word that a text is, or None."""
    word = " ".join(text[:100].lower().split()).strip(".,:;!?\"'")
    word = _OTHER_NAMES.get(word, word)
    return word if word in PAGES else None


def page(word: str, own: Own | None) -> Finding:
    """The page of a word, the person's own values last."""
    here = PAGES[word]
    evidence = [Evidence(label, sentence, source=source) for label, sentence, source in here.lines]
    if own:
        show: Callable[[Record], str] = _ttl if word == "ttl" else _value
        source = f"the last look at {own.domain}, {own.seen}"
        evidence += [Evidence(record.name, show(record), source=source) for record in own.of(*here.own)]
        if word == "mx" and not own.of("mail-from-mx"):
            evidence.append(
                Evidence("MAIL FROM", f"none is set up; its MX would be 10 {feedback_host(own.region)}", source=source)
            )
    domain = own.domain if own else "example.com"
    return told("explain.word", here.title, *evidence, do=here.do, command=here.command.format(domain=quoted_word(domain)))


def _value(record: Record) -> str:
    priority = f"{record.priority} " if record.priority is not None else ""
    return f"{record.type} {priority}{record.value or 'your own key'}"


def _ttl(record: Record) -> str:
    return f"{record.type}, {record.ttl} seconds"
