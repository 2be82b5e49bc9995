"""What a resolver still keeps of one record: the right answer, "no such record", an earlier value, or nothing usable."""

from dataclasses import dataclass
from typing import Literal

from seswizard.core.answers import Answer, Asked, Server, Silence, Sweep
from seswizard.core.cells import matches, record_values
from seswizard.core.records import Record

Kept = Literal["right", "negative", "old", "broken", "failed", "silent"]


@dataclass(frozen=True, slots=True)
class PublicCell:
    """One resolver's word on one record."""

    server: Server
    standing: Kept
    seen: str
    left: int | None = None
    """Seconds until it asks again, from its own TTL."""


def public_cells(record: Record, public: Sweep) -> tuple[PublicCell, ...]:
    """A cell for every resolver that was asked for this record."""
    return tuple(public_cell(record, one, public) for one in public.to(record.name, record.type))


def public_cell(record: Record, asked: Asked, public: Sweep) -> PublicCell:
    """The cell of one asking; `broken` is SERVFAIL where an answer comes with DNSSEC checking disabled."""
    reply = asked.reply
    if isinstance(reply, Silence):
        return PublicCell(asked.server, "silent", "no answer")
    if reply.status not in ("NOERROR", "NXDOMAIN"):
        unchecked = public.unchecked(asked.server, asked.question)
        broken = reply.status == "SERVFAIL" and unchecked is not None and unchecked.status in ("NOERROR", "NXDOMAIN")
        return PublicCell(asked.server, "broken" if broken else "failed", reply.status)
    values = record_values(record, reply)
    if not values:
        seen = "no such name" if reply.status == "NXDOMAIN" else "no such record"
        return PublicCell(asked.server, "negative", seen, reply.negative_seconds)
    if matches(record, values):
        return PublicCell(asked.server, "right", ", ".join(values))
    return PublicCell(asked.server, "old", ", ".join(values), min(row.ttl for row in reply.of(record.name, record.type)))


def telling(records: tuple[Record, ...], zone: str, public: Sweep) -> tuple[object, ...]:
    """All that is ever judged or shown of the resolvers' answers: of right ones it does not matter how long they are kept."""
    views = tuple((server, _soa(answer, zone)) for server, answer in public.answers(zone, "SOA"))
    return (views, *(public_cells(record, public) for record in records))


def inner_view(zone: str, resolver: Server, public: Sweep, authoritative: Sweep) -> str | None:
    """The SOA that a resolver shows of the zone, if it is another one than every authoritative server's.

    The serial is left out: a resolver may keep an older one. Only names tell two versions of a zone apart.
    """
    mine = next((one.reply for one in public.to(zone, "SOA") if one.server == resolver), None)
    seen = _soa(mine, zone) if isinstance(mine, Answer) else None
    theirs = {soa for _, answer in authoritative.answers(zone, "SOA") if (soa := _soa(answer, zone))}
    return " ".join(seen) if seen and theirs and seen not in theirs else None


def _soa(answer: Answer, zone: str) -> tuple[str, str] | None:
    for row in answer.of(zone, "SOA"):
        primary, admin = row.value.split()[:2]
        return primary.lower(), admin.lower()
    return None
