"""Aliases above a record's name: where a name is a CNAME or has a DNAME, what one adds below it is not found."""

from dataclasses import dataclass

from seswizard.core.answers import Sweep
from seswizard.core.names import within
from seswizard.core.records import Record


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that leads elsewhere, as one server tells it."""

    name: str
    type: str
    target: str
    server: str


def names_above(record: Record, domain: str) -> tuple[str, ...]:
    """The names between a record's name and the domain, and the domain."""
    names, rest = [], record.name.partition(".")[2]
    while rest and within(rest, domain):
        names.append(rest)
        rest = rest.partition(".")[2]
    return tuple(names)


def aliases_at(name: str, sweep: Sweep) -> tuple[Alias, ...]:
    """What the servers say that this very name is an alias of."""
    return tuple(
        Alias(name, "CNAME", row.value, server.shown)
        for server, answer in sweep.answers(name, "CNAME")
        for row in answer.of(name, "CNAME")
    )


def aliases_above(record: Record, domain: str, sweep: Sweep) -> tuple[Alias, ...]:
    """Every alias above the record's name, nearest first; not what a wildcard answers, which it does at the name itself too."""
    wild = {row.value for _, answer in sweep.answers(record.name, record.type) for row in answer.of(record.name, "CNAME")}
    cnames = [
        one for name in names_above(record, domain) for one in aliases_at(name, sweep) if name == domain or one.target not in wild
    ]
    dnames = [
        Alias(row.name, "DNAME", row.value, server.shown)
        for server, answer in sweep.answers(record.name, record.type)
        for row in answer.through("DNAME")
        if row.name != record.name and within(record.name, row.name)
    ]
    return (*cnames, *dnames)
