"""DNS records as people paste them: a bare value, a line of a zone file, of dig, nslookup or a DNS host's page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seswizard.core import dmarc
from seswizard.core.explain import dmarc_record, mail_from_mx, spf_record
from seswizard.core.explain.dkim_record import dkim_cname, dkim_record, is_dkim
from seswizard.core.explain.miswritten import miswritten, straight
from seswizard.core.findings import Finding
from seswizard.core.spf import is_spf

_LONGEST = 20_000
_MOST = 200
_FEW = 5
"""Lines of a text that is a record and no log in which one is spoken of."""
_NAMED = re.compile(
    r"^;?\s{0,8}([A-Za-z0-9_*-][A-Za-z0-9_.*-]{0,252})\.?\s(?:.{0,80}?\s)?(?:TXT|text =|descriptive text)\s{0,40}(.{0,8000})$",
    re.IGNORECASE,
)
_CNAME = re.compile(
    r"([A-Za-z0-9]{10,63}\._domainkey\.[A-Za-z0-9_.-]{1,250}?)\.?\s{1,40}(?:.{0,80}?\s)?"
    r"(?:CNAME|is an alias for|canonical name =)?\s{0,40}"
    r"([A-Za-z0-9]{10,63}(?:\.[a-z0-9-]{1,30}){0,2}\.dkim(?:\.[a-z0-9-]{1,30})?\.amazonses\.com)(\.[a-z0-9-]{1,63}\.[a-z0-9.-]{2,200})?",
    re.IGNORECASE,
)
_MX = re.compile(
    r"(?:\bMX\b.{0,40}?|^\s{0,8}|preference = |mail is handled by )(\d{1,5})?,?\s{0,8}(?:mail exchanger = )?"
    r"(feedback-smtp\.([a-z0-9-]{5,30})\.amazonses\.com)",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"(?i)v=spf1(?=[\s\"']|$)|v\s{0,3}=\s{0,3}DMARC1|v=DKIM1|\bp=[A-Za-z0-9+/]{40}")


@dataclass(frozen=True, slots=True)
class Txt:
    """A TXT record, its strings joined."""

    name: str
    """Empty where it was not pasted."""
    value: str


def records(text: str) -> Iterator[Finding]:
    """What the records of a text say; nothing if it holds none."""
    text = straight(text)
    found = texts(text)
    spf = [one for one in found if is_spf(one.value)]
    policies = [one for one in found if dmarc.parse("", one.value)]
    for one in spf:
        yield from spf_record.spf_record(one.name, one.value)
    for name in dict.fromkeys(one.name for one in spf):
        same = tuple(dict.fromkeys(one.value for one in spf if one.name == name))
        if len(same) > 1:
            yield spf_record.duplicate(name, same)
    for one in policies:
        yield from dmarc_record.dmarc_record(one.name, one.value)
    for name in dict.fromkeys(one.name for one in policies):
        same = tuple(dict.fromkeys(one.value for one in policies if one.name == name))
        if len(same) > 1:
            yield dmarc_record.duplicate(name, same)
    for one in found:
        if is_dkim(one.value) and one not in spf and one not in policies:
            yield from dkim_record(one.name, one.value)
    lines = [line[:2000] for line in text[:_LONGEST].split("\n")[:_MOST]]
    for line in lines:
        if cname := _CNAME.search(line):
            yield from dkim_cname(cname[1], cname[2], cname[3] or "")
        elif mx := _MX.search(line):
            yield from mail_from_mx.mx_record(line, mx[1] or "not given", mx[2].lower(), mx[3].lower())
        elif not found and len(lines) <= _FEW and (broken := miswritten(line)):
            yield broken
    yield from mail_from_mx.several(lines)


def texts(text: str) -> tuple[Txt, ...]:
    """The TXT records that SPF, DMARC or DKIM begin; a value broken over lines is joined when it is alone."""
    if len(text) > _LONGEST:
        return ()
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()][:_MOST]
    whole = joined(" ".join(lines))
    if len(_BEGIN.findall(whole)) == 1 and len(lines) > 1 and _begins(joined(lines[0])):
        quoted = any('"' in line for line in lines)
        return (Txt(_name(lines[0]), whole if quoted else _tidy(lines)),)
    found = []
    for line in lines:
        value = joined(line)
        if _begins(value) and (_begins(line.replace("\\;", ";")) or '"' in line or _NAMED.match(line[:2000])):
            found.append(Txt(_name(line), value))
    return tuple(found)


def joined(line: str) -> str:
    """The value of a line: its quoted strings joined without spaces (RFC 7208 §3.3), else what begins at the version."""
    strings = re.findall(r'"((?:[^"\\]|\\.){0,4000})"', line)
    if strings:
        return "".join(strings).replace('\\"', '"').replace("\\;", ";").strip()
    begin = _BEGIN.search(line)
    value = line[begin.start() :] if begin else line
    return value.strip().strip("'`").replace("\\;", ";")


def _tidy(lines: list[str]) -> str:
    """A value that a page or terminal broke: a key is one word, everything else keeps its spaces."""
    first, *rest = lines
    value = joined(first)
    for line in rest:
        value += line if "p=" in value and is_dkim(value) else f" {line}"
    return value


def _begins(value: str) -> bool:
    return is_spf(value) or dmarc.parse("", value) is not None or is_dkim(value)


def _name(line: str) -> str:
    found = _NAMED.match(line[:2000])
    return found[1].lower().rstrip(".") if found and "." in found[1] else ""
