"""The three truths as cells and as texts: what SES saw, what the servers say, what resolvers still keep."""

from datetime import datetime

from seswizard.core.answers import Answer, Reply, Server
from seswizard.core.cells import cell, cells
from seswizard.core.facts import Facts
from seswizard.core.identity import Identity
from seswizard.core.marks import MARKS
from seswizard.core.public import public_cell, public_cells
from seswizard.core.quoting import aws_command, powershell, shell
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.core.standings import in_words
from seswizard.core.step_words import NOT_ASKED
from seswizard.core.text import duration
from seswizard.tui.paint import PLAIN, joined, mark, quiet, strip, styled
from seswizard.tui.theme import STYLES
from seswizard.tui.widgets.countdown import clock_left
from seswizard.tui.widgets.matrix import Forms


def ses_cell(record: Record, facts: Facts, known: Identity | None) -> Forms:
    """SES has one word for all DKIM records; the first shows it in colour, the others muted."""
    if known is None or record.purpose in ("mail-from-spf", "dmarc"):
        return _none("not read")
    status = known.dkim.status if record.purpose == "dkim" else known.mail_from.status if known.mail_from else ""
    words = {"SUCCESS": ("ok", "verified"), "FAILED": ("problem", "gave up"), "TEMPORARY_FAILURE": ("problem", "lost it")}
    level, word = words.get(status, ("waiting", "pending"))
    first = next(one for one in facts.records if one.purpose == record.purpose)
    shown = mark(level, word)
    return (shown, shown) if record is first or level != "waiting" else (quiet(shown.plain), quiet(shown.plain))


def _none(why: str, short: str = "") -> Forms:
    """A cell in which there is nothing, and why."""
    sign = MARKS["unasked"].shown(plain=PLAIN)
    return quiet(f"{sign} {why}"), quiet(f"{sign} {short or why}")


LOOKS = {"right": "ok", "absent": "waiting", "different": "problem", "lame": "problem", "silent": "unknown"}
"""The mark of a server's word on a record, and below that of a resolver's."""


def look_of(standing: str, level: str) -> str:
    """The mark of a server's word: that a record is not there is no waiting where it was put in a wrong place."""
    return "problem" if level == "problem" and standing == "absent" else LOOKS[standing]


def servers_cell(record: Record, facts: Facts) -> Forms:
    """One glyph a server, and the words."""
    if not isinstance(facts.sweep, Seen):
        return _none("not seen")
    told = cells(record, facts.sweep.value)
    if not told:
        return _none("not asked")
    level, words = in_words(record, facts)
    looks = tuple(look_of(one.standing, level) for one in told)
    return joined(strip(looks), "  ", styled(words, STYLES[level])), mark(level, words)


PUBLIC_LOOKS = {
    "right": "ok",
    "negative": "waiting",
    "old": "waiting",
    "broken": "problem",
    "failed": "unknown",
    "silent": "unknown",
}


def resolvers_cell(record: Record, facts: Facts) -> Forms:
    """One glyph a resolver, the words, and the longest time that an old answer is still kept."""
    unasked = _none("not asked yet", "not asked")
    if not isinstance(facts.public, Seen):
        return unasked
    told = public_cells(record, facts.public.value)
    if not told:
        return unasked
    right = sum(one.standing == "right" for one in told)
    late = [one for one in told if one.standing in ("negative", "old")]
    silent = sum(one.standing in ("silent", "failed") for one in told)
    if any(one.standing == "broken" for one in told):
        level, words = "problem", "DNSSEC broken"
    elif late:
        level, words = "waiting", f"{right} of {len(told)}"
    elif silent:
        level, words = ("unknown", f"{silent} silent") if right == 0 else ("ok", f"{right}, {silent} silent")
    else:
        level, words = "ok", f"all {right}"
    left = f"  {clock_left(max(one.left or 0 for one in late))}" if late else ""
    glyphs = strip(tuple(PUBLIC_LOOKS[one.standing] for one in told))
    return joined(glyphs, "  ", styled(words, STYLES[level]), left), joined(mark(level, words), left)


def ses_text(facts: Facts) -> str:
    """What SES left behind, as text."""
    known = facts.identity.value if isinstance(facts.identity, Seen) else None
    if known is None:
        return "SES was not asked."
    seen = known.verification
    lines = [
        f"VerificationStatus         {known.status}",
        f"VerifiedForSendingStatus   {str(known.may_send).lower()}",
        f"DKIM status                {known.dkim.status}",
        f"MAIL FROM status           {known.mail_from.status if known.mail_from else '-'}",
        f"Last checked               {_moment(seen.last_checked)}",
        f"Last success               {_moment(seen.last_success)}",
    ]
    if seen.error and known.status != "SUCCESS":
        lines.append(f"Error                      {seen.error}")
    if seen.soa:
        lines.append(f"SOA it saw                 {seen.soa.primary}, serial {seen.soa.serial}")
    lines += ["", aws_command("sesv2 get-email-identity", region=facts.region, email_identity=facts.name)]
    return "\n".join(lines)


def servers_text(record: Record, facts: Facts) -> str:
    """Every server's raw answer, and the lines that show the same elsewhere."""
    lines = _expected(record)
    if not isinstance(facts.sweep, Seen):
        return "\n".join([*lines, NOT_ASKED])
    asked = facts.sweep.value.to(record.name, record.type)
    for one in asked:
        lines += [f"{one.server.shown}  {took(one.reply)}", *_raw(one.reply, cell(record, one).seen), ""]
    late = [one.server for one in asked if cell(record, one).standing != "right"]
    first = [*late, *(one.server for one in asked)][:1]
    return "\n".join([*lines, *(line for server in first for line in same_by_hand(record, server, recursive=False))])


def resolvers_text(record: Record, facts: Facts) -> str:
    """Every resolver's raw answer, with the seconds that it is kept, and the lines that show the same elsewhere."""
    lines = _expected(record)
    asked = facts.public.value.to(record.name, record.type) if isinstance(facts.public, Seen) else ()
    if not asked or not isinstance(facts.public, Seen):
        return "\n".join([*lines, "Not asked yet: a resolver that is asked early remembers that there was nothing."])
    told = [public_cell(record, one, facts.public.value) for one in asked]
    for one, its in zip(asked, told, strict=True):
        kept = f"  kept for {duration(its.left)} more" if its.left is not None else ""
        lines += [f"{one.server.shown}  {took(one.reply)}{kept}", *_raw(one.reply, its.seen), ""]
    late = [its.server for its in told if its.standing != "right"]
    return "\n".join([*lines, *same_by_hand(record, [*late, told[0].server][0], recursive=True)])


def same_by_hand(record: Record, server: Server, *, recursive: bool) -> tuple[str, ...]:
    """The lines for `dig`, `nslookup` and PowerShell that put the same question to the same server."""
    elsewhere = server.port != 53
    port = ["-p", server.port] if elsewhere else []
    dig = shell("dig", *([] if recursive else ["+norecurse"]), *port, f"@{server.address}", record.name, record.type)
    how = [*([] if recursive else ["-norecurse"]), *([f"-port={server.port}"] if elsewhere else []), f"-type={record.type}"]
    windows = powershell("Resolve-DnsName", "-Type", record.type, "-Server", server.address, record.name)
    return (
        "The same by hand",
        f"  {dig}",
        f"  {shell('nslookup', *how, record.name, server.address)}",
        "  Resolve-DnsName asks port 53 only" if elsewhere else f"  {windows}",
    )


def _expected(record: Record) -> list[str]:
    return [f"{record.name}  {record.type}", f"should be  {record.value or 'a p= key'}", ""]


def took(reply: Reply) -> str:
    """`38 ms`, or a dash for no answer."""
    return f"{reply.milliseconds:.0f} ms" if isinstance(reply, Answer) else "-"


def _raw(reply: Reply, seen: str) -> list[str]:
    """The answer as a zone file has it; for no answer the reason."""
    if not isinstance(reply, Answer):
        return [f"  {seen}"]
    rows = reply.rows or reply.authority
    status = f"  {reply.status}{', authoritative' if reply.authoritative else ''}"
    priority = [f"{row.priority} " if row.priority is not None else "" for row in rows]
    return [status, *(f"  {row.name} {row.ttl} {row.type} {first}{row.value}" for row, first in zip(rows, priority, strict=True))]


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC") if at else "-"


def longest_left(facts: Facts) -> int | None:
    """Seconds until the last resolver asks again; None where none keeps anything old."""
    if not isinstance(facts.public, Seen):
        return None
    told = [one for record in facts.records for one in public_cells(record, facts.public.value)]
    return max((one.left for one in told if one.left is not None and one.standing in ("negative", "old")), default=None)
