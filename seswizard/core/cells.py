"""What one server says of one expected record: right, different, absent, lame or silent. The matrix's cells.

The comparisons are those of CONTRACT §3: CNAME and MX targets must be equal (case apart), any one valid DMARC record
and any one valid SPF record that includes amazonses.com will do.
"""

from dataclasses import dataclass
from typing import Literal

from seswizard.core import dmarc
from seswizard.core.answers import Answer, Asked, Server, Silence, Sweep
from seswizard.core.records import Record
from seswizard.core.spf import includes_ses, is_spf

Standing = Literal["right", "different", "absent", "lame", "silent"]

_SILENCES = {
    "timeout": "no answer",
    "malformed": "an unreadable answer",
    "unreachable": "not reachable",
    "no-ipv6": "no IPv6 here",
    "busy": "not heard: this machine was too busy to listen",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One server's word on one record."""

    server: Server
    standing: Standing
    seen: str
    """What it said, for a person."""


def cells(record: Record, sweep: Sweep) -> tuple[Cell, ...]:
    """A cell for every server that was asked for this record, in the order of asking."""
    asked = tuple(one for one in sweep.to(record.name, record.type) if not out_of_reach(one))
    direct = tuple(one for one in asked if not _referred(record, one))
    return tuple(cell(record, one) for one in direct or asked)


def out_of_reach(asked: Asked) -> bool:
    """Whether this machine has no way to the server's kind of address: never lame, never counted."""
    return isinstance(asked.reply, Silence) and asked.reply.reason == "no-ipv6"


def _referred(record: Record, asked: Asked) -> bool:
    """Whether the server only sent us on to a sub-zone, whose servers are asked as well."""
    return isinstance(asked.reply, Answer) and asked.reply.referral(record.name) is not None


def told(record: Record, sweep: Sweep) -> tuple[Cell, ...]:
    """The cells of the servers that spoke with authority."""
    return tuple(one for one in cells(record, sweep) if one.standing in ("right", "different", "absent"))


def right(record: Record, sweep: Sweep) -> bool:
    """Whether some server has the record as it should be."""
    return any(one.standing == "right" for one in cells(record, sweep))


def everywhere(record: Record, sweep: Sweep) -> bool:
    """Whether every server that spoke with authority has the record as it should be, and at least one did."""
    spoke = told(record, sweep)
    return bool(spoke) and all(one.standing == "right" for one in spoke)


def silence(reply: Silence) -> str:
    """What came instead of an answer, for a person."""
    return _SILENCES.get(reply.reason, reply.reason)


def cell(record: Record, asked: Asked) -> Cell:
    """The cell of one asking."""
    reply = asked.reply
    if isinstance(reply, Silence):
        return Cell(asked.server, "silent", silence(reply))
    if reply.status not in ("NOERROR", "NXDOMAIN"):
        return Cell(asked.server, "lame", reply.status)
    if not reply.authoritative:
        return Cell(asked.server, "lame", "not authoritative for the zone")
    values = record_values(record, reply)
    if not values:
        return Cell(asked.server, "absent", "no such name" if reply.status == "NXDOMAIN" else "no such record")
    return Cell(asked.server, "right" if matches(record, values) else "different", ", ".join(values))


def record_values(record: Record, answer: Answer) -> tuple[str, ...]:
    """What the answer holds of this record: MX with its priority, of TXT only what this record is about."""
    rows = answer.of(record.name, record.type)
    if record.type == "MX":
        return tuple(f"{row.priority} {row.value}" for row in rows)
    values = tuple(row.value for row in rows)
    if record.purpose == "mail-from-spf":
        return tuple(value for value in values if is_spf(value))
    if record.purpose == "dmarc":
        return tuple(value for value in values if dmarc.parse(record.name, value))
    return values


def matches(record: Record, values: tuple[str, ...]) -> bool:
    """Whether these values are what the record should be."""
    match record.purpose:
        case "mail-from-spf":
            return len(values) == 1 and includes_ses(values[0])
        case "dmarc":
            return len(values) == 1
        case "mail-from-mx":
            return len(values) == 1 and values[0].split(" ", 1)[-1].lower() == (record.value or "").lower()
        case _ if record.value is None:
            return any("p=" in value.replace(" ", "") for value in values)
        case _:
            return len(values) == 1 and values[0].lower() == record.value.lower()
