"""The scenarios: each a function that bends a fresh world and sets going what happens in it afterwards."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from seswizard.demo import production
from seswizard.demo.aws import backend
from seswizard.demo.colleague import Colleague
from seswizard.demo.mistakes import MISTAKES
from seswizard.demo.place import DOMAIN

if TYPE_CHECKING:
    from seswizard.demo.world import World


def blank(world: "World") -> None:
    """A fresh sandboxed account, and nobody who publishes anything."""


def first_time(world: "World") -> None:
    """A fresh sandboxed account, and a colleague who edits the DNS by hand and makes one mistake."""
    world.ses.click_after = 4.0
    world.time_line.every(0.5, Colleague(world).look_around)


def route53(world: "World") -> None:
    """A fresh sandboxed account whose Route 53 holds the domain's zone; what is changed there is served at once."""
    world.ses.click_after = 4.0
    backend.create_hosted_zone(DOMAIN, tuple(server.name for server in world.dns.auth))
    served: list[object] = [()]

    def serve() -> None:
        rows = backend.hosted_zone_rows(DOMAIN) or ()
        if rows != served[0]:
            served[0] = rows
            world.dns.replace_zone(DOMAIN, rows)

    world.time_line.every(0.3, serve)


SCENARIOS: dict[str, Callable[["World"], None]] = {
    "first-time": first_time,
    "route53": route53,
    "production": production.seed,
    "blank": blank,
    **{mistake.id: mistake for mistake in MISTAKES},
}
"""Every scenario by the name that `seswizard demo` takes."""
