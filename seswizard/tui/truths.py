"""The three truths as cells and as texts: what SES saw, what the servers say, what resolvers still keep."""

from seswizard.core.answers import Answer
from seswizard.core.cells import cell, cells
from seswizard.core.facts import Facts
from seswizard.core.identity import Identity
from seswizard.core.public import public_cells
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.core.text import duration
from seswizard.tui.paint import joined, mark, quiet, strip, styled
from seswizard.tui.standings import in_words
from seswizard.tui.theme import STYLES
from seswizard.tui.widgets.countdown import clock_left
from seswizard.tui.widgets.matrix import Forms


def ses_cell(record: Record, facts: Facts, known: Identity | None) -> Forms:
    """SES has one word for all DKIM records; the first shows it in colour, the others muted."""
    if known is None or record.purpose in ("mail-from-spf", "dmarc"):
        return quiet("– not read"), quiet("– not read")
    status = known.dkim.status if record.purpose == "dkim" else known.mail_from.status if known.mail_from else ""
    words = {"SUCCESS": ("ok", "verified"), "FAILED": ("problem", "gave up"), "TEMPORARY_FAILURE": ("problem", "lost it")}
    level, word = words.get(status, ("waiting", "pending"))
    first = next(one for one in facts.records if one.purpose == record.purpose)
    shown = mark(level, word)
    return (shown, shown) if record is first or level != "waiting" else (quiet(shown.plain), quiet(shown.plain))


_LOOKS = {"right": "ok", "absent": "waiting", "different": "problem", "lame": "problem", "silent": "unknown"}


def servers_cell(record: Record, facts: Facts) -> Forms:
    """One glyph a server, and the words."""
    if not isinstance(facts.sweep, Seen):
        return quiet("– not seen"), quiet("– not seen")
    told = cells(record, facts.sweep.value)
    if not told:
        return quiet("– not asked"), quiet("– not asked")
    level, words = in_words(record, facts)
    looks = [("problem" if level == "problem" and one.standing == "absent" else _LOOKS[one.standing]) for one in told]
    return joined(strip(tuple(looks)), "  ", styled(words, STYLES[level])), mark(level, words)


_PUBLIC_LOOKS = {
    "right": "ok",
    "negative": "waiting",
    "old": "waiting",
    "broken": "problem",
    "failed": "unknown",
    "silent": "unknown",
}


def resolvers_cell(record: Record, facts: Facts) -> Forms:
    """One glyph a resolver, the words, and the longest time that an old answer is still kept."""
    unasked = quiet("– not asked yet")
    if not isinstance(facts.public, Seen):
        return unasked, unasked
    told = public_cells(record, facts.public.value)
    if not told:
        return unasked, unasked
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
    glyphs = strip(tuple(_PUBLIC_LOOKS[one.standing] for one in told))
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
        f"Last checked               {seen.last_checked or '-'}",
        f"Last success               {seen.last_success or '-'}",
    ]
    if seen.error and known.status != "SUCCESS":
        lines.append(f"Error                      {seen.error}")
    if seen.soa:
        lines.append(f"SOA it saw                 {seen.soa.primary}, serial {seen.soa.serial}")
    lines += ["", f"aws sesv2 get-email-identity --region {facts.region} --email-identity {facts.name}"]
    return "\n".join(lines)


def servers_text(record: Record, facts: Facts) -> str:
    """Every server's answer, and the lines that show the same elsewhere."""
    lines = [f"{record.name}  {record.type}", f"should be  {record.value or 'a p= key'}", ""]
    if isinstance(facts.sweep, Seen):
        for one in facts.sweep.value.to(record.name, record.type):
            time = f"{one.reply.milliseconds:.0f} ms" if isinstance(one.reply, Answer) else "-"
            lines += [f"{one.server.shown}  {time}", f"  {cell(record, one).seen}"]
        servers = list(dict.fromkeys(one.server for one in facts.sweep.value.to(record.name, record.type)))
        for server in servers[:1]:
            port = f" -p {server.port}" if server.port != 53 else ""
            lines += [
                "",
                f"dig +norecurse{port} @{server.address} {record.name} {record.type}",
                f"nslookup -type={record.type} {record.name} {server.address}",
                f"Resolve-DnsName -Type {record.type} -Server {server.address} {record.name}",
            ]
    return "\n".join(lines)


def resolvers_text(record: Record, facts: Facts) -> str:
    """Every resolver's answer, with the seconds that it is kept."""
    lines = [f"{record.name}  {record.type}", f"should be  {record.value or 'a p= key'}", ""]
    told = public_cells(record, facts.public.value) if isinstance(facts.public, Seen) else ()
    if not told:
        return "\n".join([*lines, "Not asked yet: a resolver that is asked early remembers that there was nothing."])
    for one in told:
        kept = f"  kept for {duration(one.left)} more" if one.left is not None else ""
        lines += [one.server.shown, f"  {one.seen}{kept}"]
    lines += ["", f"dig @{told[0].server.address} -p {told[0].server.port} {record.name} {record.type}"]
    return "\n".join(lines)


def right_so_far(facts: Facts) -> tuple[int, int]:
    """How many answers of servers and resolvers are right, of how many."""
    right = asked = 0
    for record in facts.records:
        if isinstance(facts.sweep, Seen):
            told = cells(record, facts.sweep.value)
            right, asked = right + sum(one.standing == "right" for one in told), asked + len(told)
        if isinstance(facts.public, Seen):
            kept = public_cells(record, facts.public.value)
            right, asked = right + sum(one.standing == "right" for one in kept), asked + len(kept)
    return right, asked


def longest_left(facts: Facts) -> int | None:
    """Seconds until the last resolver asks again; None where none keeps anything old."""
    if not isinstance(facts.public, Seen):
        return None
    told = [one for record in facts.records for one in public_cells(record, facts.public.value)]
    return max((one.left for one in told if one.left is not None and one.standing in ("negative", "old")), default=None)
