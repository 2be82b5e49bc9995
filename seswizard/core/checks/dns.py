"""The servers themselves: who answers for the zone, who does not, who is behind."""

from collections.abc import Iterator

from seswizard.core.aliases import aliases_above, aliases_at
from seswizard.core.answers import MOST_SERVERS, Answer, Asked, Delegation, Question, Server, Silence, Sweep
from seswizard.core.cells import cells, everywhere, right, silence
from seswizard.core.checks.check import advice, problem, waiting
from seswizard.core.checks.dkim import evidence_of
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.names import is_registry, within
from seswizard.core.reading import Seen
from seswizard.core.records import label
from seswizard.core.text import counted


def servers(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """Every delegated server serves the zone; none keeps silent, not even about one record that the others tell."""
    zone = delegation.value.zone
    unheard = [cells(one, sweep.value) for one in facts.records]
    unknown = [one for one in unheard if one and all(cell.standing == "silent" for cell in one)]
    busy = [
        Evidence(one.question.name, silence(one.reply), "an answer", one.server.shown, sweep.at)
        for one in sweep.value.asked
        if isinstance(one.reply, Silence) and one.reply.reason == "busy"
    ]
    nobody = {record.name for record, told in zip(facts.records, unheard, strict=True) if told in unknown}
    lame: list[Evidence] = []
    silent: dict[Server, list[Evidence]] = {}
    deaf = False
    wanted = [Question(zone, "SOA"), *(Question(one.name, one.type) for one in facts.records)]
    for server in delegation.value.servers:
        replies = [one for one in sweep.value.asked if one.server == server and one.question in wanted]
        mute = {one.question: one.reply for one in replies if isinstance(one.reply, Silence) and _counts(one.reply, server)}
        if reply := mute.get(wanted[0]):
            deaf = True
            silent[server] = [Evidence(zone, silence(reply), "an answer", server.shown, sweep.at)]
        elif refused := next((one for one in replies if _lame(one)), None):
            seen = "not authoritative" if _status(refused) in ("NOERROR", "NXDOMAIN") else _status(refused)
            lame.append(Evidence(refused.question.name, seen, "authoritative", server.shown, sweep.at))
        elif partly := {one.name: silence(reply) for one, reply in mute.items() if one.name not in nobody}:
            silent[server] = [Evidence(name, seen, "an answer", server.shown, sweep.at) for name, seen in partly.items()]
    if lame:
        count = f"{len(lame)} of {len(delegation.value.servers)} delegated servers"
        yield problem(
            "dns.lame",
            f"{count} {'does' if len(lame) == 1 else 'do'} not serve {zone}.",
            *lame,
            remedy=Remedy("Add the zone on that server, or remove the server at your registrar."),
        )
    if silent:
        word = "does" if len(silent) == 1 else "do"
        title = f"{len(silent)} of the delegated servers {word} not answer{'' if deaf else ' every question'}."
        yield advice("dns.silent", title, *(one for told in silent.values() for one in told))
    yield from _left_aside(delegation)
    if unknown:
        records = counted(len(unknown), "record")
        title = f"Could not look at {records}: this machine was too busy to listen for answers." if busy else ""
        yield Finding(
            "dns.busy" if busy else "dns.blocked",
            Level.UNKNOWN,
            title or f"Could not look: no server answered about {records}.",
            tuple(
                evidence_of(record, cell, sweep)
                for record, told in zip(facts.records, unheard, strict=True)
                if told in unknown
                for cell in told
            ),
            Remedy("Look again; that says nothing about your records."),
        )
    elif busy:
        yield advice(
            "dns.busy",
            "Not every answer was heard: this machine was too busy to listen for it.",
            *busy,
            remedy=Remedy("Look again when it has less to do."),
        )


def _left_aside(delegation: Seen[Delegation]) -> Iterator[Finding]:
    """Delegated servers that were not asked, and why: that is neither silence nor a fault of what they serve."""
    told, source, at = delegation.value, delegation.source, delegation.at
    if told.private:
        number = len(told.private)
        have = "has a private address and was" if number == 1 else "have private addresses and were"
        yield advice(
            "dns.private",
            f"{number} of the delegated servers {have} not asked.",
            *(Evidence(one.name, f"{one.address}, not asked", "a public address", source, at) for one in told.private),
            remedy=Remedy("Nobody outside reaches it: give it a public address, or take it out of the delegation."),
        )
    if len(told.names) > MOST_SERVERS:
        asked = len({server.name for server in told.servers})
        yield advice(
            "dns.many-servers",
            f"{told.zone} is delegated to {len(told.names)} name servers; {asked} {'was' if asked == 1 else 'were'} asked.",
            remedy=Remedy(f"Two to four are usual; more than {MOST_SERVERS} help nobody."),
        )


def _counts(reply: Silence, server: Server) -> bool:
    """Whether the server is to blame: it is not for an address that this machine has no way to, nor where nobody listened."""
    return reply.reason not in ("no-ipv6", "busy") and (reply.reason != "unreachable" or ":" not in server.address)


def _status(asked: Asked) -> str:
    return asked.reply.status if isinstance(asked.reply, Answer) else ""


def _lame(asked: Asked) -> bool:
    """Whether the server answered, but not for the zone; a referral into a sub-zone is another matter."""
    reply = asked.reply
    if isinstance(reply, Silence):
        return False
    refused = reply.status not in ("NOERROR", "NXDOMAIN")
    return refused or (not reply.authoritative and reply.referral(asked.question.name) is None)


def spread(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """Every server has what one of them has."""
    evidence, behind = [], []
    there = asked = 0
    for record in facts.records:
        told = cells(record, sweep.value)
        having = [one for one in told if one.standing == "right"]
        wrong = [one for one in told if one.standing in ("absent", "different")]
        if having and wrong:
            behind.append(label(record, facts.records))
            there, asked = there + len(having), asked + len(having) + len(wrong)
            evidence += [evidence_of(record, one, sweep) for one in (*having, *wrong)]
    if behind:
        serials = _serials(delegation.value.zone, sweep)
        title = f"{behind[0]} is at {there} of your {asked} servers so far."
        if len(behind) > 1:
            title = f"{len(behind)} records are not at every server yet; {there} of {asked} answers have them."
        yield waiting("dns.partial", title, *evidence, *serials)


def _serials(zone: str, sweep: Seen[Sweep]) -> Iterator[Evidence]:
    """Which version of the zone each server has: the one with the lower serial is behind."""
    for server, answer in sweep.value.answers(zone, "SOA"):
        if answer.authoritative and answer.serial is not None:
            yield Evidence(zone, f"serial {answer.serial}", "", server.shown, sweep.at)


def shape(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """The records' names lie in the zone one edits, and below no alias."""
    zone = delegation.value.zone
    yield from _aliases(facts, sweep, zone)
    cuts = [
        (cut, Evidence(record.name, f"delegated: {cut}", zone, server.shown, sweep.at))
        for record in facts.records
        if not right(record, sweep.value)
        for server, answer in sweep.value.answers(record.name, record.type)
        if (cut := answer.referral(record.name)) and cut != zone
    ]
    if cuts:
        cut = cuts[0][0]
        inside = tuple(one.paste(cut) for one in facts.records if within(one.name, cut) and not right(one, sweep.value))
        yield problem(
            "dns.subdomain-delegated",
            f"{cut} is a zone of its own; the records belong there, not into {zone}.",
            *(evidence for _, evidence in cuts),
            remedy=Remedy(f"Add these in the zone {cut}:", inside),
        )


def _aliases(facts: Facts, sweep: Seen[Sweep], zone: str) -> Iterator[Finding]:
    """The domain, or a name between it and a record that is not found, leads elsewhere."""
    domain = str(facts.domain)
    missing = [record for record in facts.records if not right(record, sweep.value)]
    over = [(record, one) for record in missing for one in aliases_above(record, domain, sweep.value)]
    aliases = {(one.name, one.server): one for one in (*aliases_at(domain, sweep.value), *(one for _, one in over))}
    if not aliases:
        return
    first = min(aliases.values(), key=lambda one: len(one.name))
    under = tuple(dict.fromkeys(record.paste(zone) for record, _ in over))
    yield problem(
        "dns.cname-apex",
        f"{first.name} itself is a {first.type}, so nothing below it can be relied on.",
        *(Evidence(one.name, one.target, f"no {one.type}", one.server, sweep.at) for one in aliases.values()),
        remedy=Remedy("Replace the CNAME at the domain by address records.")
        if (first.name, first.type) == (domain, "CNAME")
        else Remedy(f"Remove the {first.type} at {first.name}; here belong:", under),
    )


def delegated(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """The domain has a zone, and what is served there names the servers that the parent delegates to."""
    zone, domain = delegation.value.zone, str(facts.domain)
    if domain != zone and is_registry(zone) and (said := _undelegated(domain, sweep)):
        yield problem(
            "dns.not-delegated",
            f"{domain} is not registered, or has no name servers.",
            *said,
            remedy=Remedy("Is it spelled right? If so, register it, or set its name servers at your registrar."),
        )
    if not delegation.value.from_parent:
        return
    theirs = {server.name for server in delegation.value.servers} | {*delegation.value.unaddressed, *delegation.value.names}
    own = {
        server.shown: tuple(sorted(row.value for row in rows))
        for server, answer in sweep.value.answers(zone, "NS")
        if (rows := answer.of(zone, "NS"))
    }
    named = sorted({name for names in own.values() for name in names})
    if named and not theirs & set(named):
        yield problem(
            "dns.not-delegated",
            f"{zone} is delegated to {', '.join(sorted(theirs)[:2])}; the zone itself names other servers.",
            *(Evidence(zone, ", ".join(names), ", ".join(sorted(theirs)), source, sweep.at) for source, names in own.items()),
            remedy=Remedy(f"At your registrar, delegate {zone} to {', '.join(named[:4])}, or edit the zone it is delegated to."),
        )


def _undelegated(domain: str, sweep: Seen[Sweep]) -> tuple[Evidence, ...]:
    """What the parent's own servers say of a domain that they delegate nowhere; nothing where one of them does delegate it."""
    asked = sweep.value.to(domain, "CNAME")
    if any(isinstance(one.reply, Answer) and one.reply.referral(domain) for one in asked):
        return ()
    return tuple(
        Evidence(
            domain,
            "no such name" if one.reply.status == "NXDOMAIN" else "no delegation",
            "name servers",
            one.server.shown,
            sweep.at,
        )
        for one in asked
        if isinstance(one.reply, Answer) and one.reply.authoritative and one.reply.status in ("NOERROR", "NXDOMAIN")
    )


def ses_behind(facts: Facts, sweep: Seen[Sweep], delegation: Seen[Delegation]) -> Iterator[Finding]:
    """SES looked at an earlier version of the zone."""
    now = facts.identity.value if isinstance(facts.identity, Seen) else None
    if not isinstance(facts.identity, Seen) or now is None or now.status == "SUCCESS" or not now.verification.soa:
        return
    wanted = [record for record in facts.records if record.required]
    if not wanted or not all(everywhere(record, sweep.value) for record in wanted):
        return
    serials = [
        reply.serial
        for one in sweep.value.to(delegation.value.zone, "SOA")
        if isinstance(reply := one.reply, Answer) and reply.serial is not None
    ]
    saw = now.verification.soa.serial
    if serials and saw < max(serials):
        yield waiting(
            "dns.ses-looked-before",
            "DNS is right everywhere. SES has not looked again yet.",
            Evidence("SOA serial", str(saw), str(max(serials)), facts.identity.source, now.verification.last_checked),
            remedy=Remedy("Nothing to do: nobody can make SES look sooner."),
        )
