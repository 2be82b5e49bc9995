"""A check: a pure function, the facts it needs, and the topic it speaks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.reading import Reading, Seen, Unseen

A = TypeVar("A")
B = TypeVar("B")
Need = Callable[[Facts], Reading[A] | None]
"""Picks one reading out of the facts."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of CHECKS. `run` is called only with facts whose needs were all seen."""

    topic: str
    needs: tuple[Need[Any], ...]  # each check's own types are kept by the overloads of `check`
    run: Callable[[Facts], Iterator[Finding]]
    applies: Callable[[Facts], bool]
    fine: Callable[[Facts], bool]
    """Whether `<topic>.ok` may be said when it found nothing."""

    def unseen(self, facts: Facts) -> tuple[Unseen, ...]:
        """The needs that could not be looked at."""
        return tuple(one for need in self.needs if isinstance(one := need(facts), Unseen))

    def asked(self, facts: Facts) -> bool:
        """Whether everything it needs was asked for at all."""
        return self.applies(facts) and all(need(facts) is not None for need in self.needs)


def always(_facts: Facts) -> bool:
    """For checks that apply to every look."""
    return True


@overload
def check(
    topic: str,
    run: Callable[[Facts, Seen[A]], Iterator[Finding]],
    first: Need[A],
    /,
    *,
    applies: Callable[[Facts], bool] = always,
    fine: Callable[[Facts], bool] = always,
) -> Check: ...
@overload
def check(
    topic: str,
    run: Callable[[Facts, Seen[A], Seen[B]], Iterator[Finding]],
    first: Need[A],
    second: Need[B],
    /,
    *,
    applies: Callable[[Facts], bool] = always,
    fine: Callable[[Facts], bool] = always,
) -> Check: ...
def check(
    topic: str,
    run: Callable[..., Iterator[Finding]],
    /,
    *needs: Need[Any],
    applies: Callable[[Facts], bool] = always,
    fine: Callable[[Facts], bool] = always,
) -> Check:
    """A row of CHECKS; the types of `run`'s readings follow from the needs."""

    def bound(facts: Facts) -> Iterator[Finding]:
        return run(facts, *(need(facts) for need in needs))

    return Check(topic, needs, bound, applies, fine)


def advice(ident: str, title: str, *evidence: Evidence, remedy: Remedy | None = None) -> Finding:
    """Nothing is broken, but better is known."""
    return Finding(ident, Level.ADVICE, title, evidence, remedy)


def waiting(ident: str, title: str, *evidence: Evidence, remedy: Remedy | None = None) -> Finding:
    """It is on its way."""
    return Finding(ident, Level.WAITING, title, evidence, remedy)


def problem(ident: str, title: str, *evidence: Evidence, remedy: Remedy | None = None) -> Finding:
    """Somebody must do something."""
    return Finding(ident, Level.PROBLEM, title, evidence, remedy)


def said(reading: Seen[Any], label: str, seen: str, expected: str = "") -> Evidence:
    """What the source of a reading said about one field."""
    return Evidence(label, seen, expected, reading.source, reading.at)
