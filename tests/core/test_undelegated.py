"""A domain that nobody has registered, or that has no name servers: said on positive evidence only."""

from collections.abc import Callable

import pytest

from seswizard.core.answers import Delegation, Server
from seswizard.core.findings import Level
from seswizard.core.names import is_registry
from seswizard.core.reading import Unseen
from seswizard.core.step_words import undelegated, zone_words
from tests.core.scene import Scene
from tests.fakes import START
from tests.tui.fakes import denied


def mistyped(zone: str = "com") -> Scene:
    """SES does not know the name, and its zone is the registry's."""
    scene = Scene(identity=None, zone=zone)
    for server in scene.servers:
        server.rows = []
    return scene


@pytest.mark.parametrize(
    ("zone", "registry"),
    [
        ("", True),
        ("com", True),
        ("co.uk", True),
        ("com.au", True),
        ("example.com", False),
        ("example.uk", False),
        ("co.example", False),
    ],
)
def test_a_registrys_zone_is_no_place_for_records(zone: str, *, registry: bool) -> None:
    assert is_registry(zone) is registry


def test_the_parents_own_word_is_needed() -> None:
    found = undelegated(mistyped().facts(), mistyped().report)
    assert found is not None
    assert (found.id, found.level) == ("dns.not-delegated", Level.PROBLEM)
    assert found.title == "example.com is not registered, or has no name servers."
    assert {one.seen for one in found.evidence} == {"no delegation"}, "the fake holds the zone itself"


def silent(scene: Scene) -> None:
    for server in scene.servers:
        server.silent = True


def refused(scene: Scene) -> None:
    for server in scene.servers:
        server.status = "REFUSED"


def referred(scene: Scene) -> None:
    """The parent delegates it; only the resolver has not heard yet."""
    for server in scene.servers:
        server.cuts["example.com"] = (("ns1.example.net", "192.0.2.1"),)


def sub_zone(scene: Scene) -> None:
    """A name below somebody's own zone needs none of its own."""
    scene.zone = "example.com"


def not_looked(scene: Scene) -> None:
    scene.unseen["delegation"] = Unseen(denied().failure, "DNS", START)


@pytest.mark.parametrize("bend", [silent, refused, referred, sub_zone, not_looked])
def test_without_it_nothing_is_said(bend: Callable[[Scene], None]) -> None:
    scene = mistyped()
    bend(scene)
    assert undelegated(scene.facts(), scene.report) is None


def test_what_ses_knows_is_not_doubted() -> None:
    scene = Scene(zone="com")
    assert undelegated(scene.facts(), scene.report) is None
    scene = mistyped()
    scene.unseen["identity"] = Unseen(denied().failure, "SES", START)
    assert undelegated(scene.facts(), scene.report) is None


def test_servers_are_counted_by_name() -> None:
    both = (Server("ns1.example.net", "192.0.2.1"), Server("ns1.example.net", "2001:db8::1"))
    assert zone_words(Delegation("example.com", both)) == "DNS zone example.com, 1 name server"
    more = (*both, Server("ns2.example.net", "192.0.2.2"))
    assert zone_words(Delegation("example.com", more)) == "DNS zone example.com, 2 name servers"
