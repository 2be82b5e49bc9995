"""How many records are to be added, are spreading, or are right: what both faces say of the list."""

from collections.abc import Callable
from typing import Any

import pytest

from seswizard.core.standings import Tally, explained, standing_words, tally, told_of_records
from seswizard.core.steps import progress, resume_at
from tests.core.scene import NAMES, Scene


def lame(scene: Scene) -> None:
    scene.servers[1].status = "REFUSED"


def all_lame(scene: Scene) -> None:
    for server in scene.servers:
        server.status = "REFUSED"


def partial(scene: Scene) -> None:
    scene.remove(NAMES[0], "CNAME", server=1)
    scene.remove(NAMES[1], "CNAME", server=1)


def no_dkim(scene: Scene) -> None:
    scene.pending()
    for name in NAMES:
        scene.remove(name, "CNAME")


def no_dkim_and_partial(scene: Scene) -> None:
    no_dkim(scene)
    scene.remove("bounce.example.com", "MX", server=1)


def lame_and_no_dkim(scene: Scene) -> None:
    lame(scene)
    no_dkim(scene)


def only_mx(scene: Scene) -> None:
    no_dkim(scene)
    scene.remove("bounce.example.com", "TXT")
    scene.remove("_dmarc.example.com", "TXT")


def nothing(scene: Scene) -> None:
    only_mx(scene)
    scene.remove("bounce.example.com", "MX")


def elsewhere(scene: Scene) -> None:
    """The zone that has the records is not the one that the parent delegates to."""
    no_dkim(scene)
    for server in scene.servers:
        server.put("example.com", "NS", "ns1.other.example")


TABLE = [
    (lambda _scene: None, (0, 0, 6), "ok", "All 6 records are in your DNS."),
    (lame, (0, 5, 1), "problem", "1 of 2 delegated servers does not serve example.com."),
    (all_lame, (0, 0, 1), "problem", "2 of 2 delegated servers do not serve example.com."),
    (partial, (0, 2, 4), "waiting", "All 6 records are added; 2 are not at every server yet."),
    (no_dkim, (3, 0, 3), "doing", "Add 3 records at your DNS host."),
    (no_dkim_and_partial, (3, 1, 2), "doing", "Add 3 records at your DNS host."),
    (lame_and_no_dkim, (3, 2, 1), "doing", "Add 3 records at your DNS host."),
    (only_mx, (5, 0, 1), "doing", "Add 5 records at your DNS host."),
    (nothing, (6, 0, 0), "doing", "Add 6 records at your DNS host."),
    (elsewhere, (3, 0, 3), "problem", "example.com is delegated to ns1.example.net, ns2.example.net; the zone itself names"),
]


@pytest.mark.parametrize(("bend", "counts", "level", "sentence"), TABLE, ids=[getattr(row[0], "__name__", "") for row in TABLE])
def test_only_what_no_server_has_is_to_be_added(
    bend: Callable[[Scene], Any], counts: tuple[int, int, int], level: str, sentence: str
) -> None:
    """A record that some server has was added; where the servers themselves are the problem, that is said and nothing else."""
    scene = Scene()
    bend(scene)
    counted = tally(scene.facts())
    assert (len(counted.missing), len(counted.spreading), len(counted.right)) == counts
    said = told_of_records(scene.facts(), scene.report)
    assert said[0] == level
    assert said[1].startswith(sentence)


def test_one_is_and_several_are() -> None:
    scene = Scene()
    only_mx(scene)
    assert told_of_records(scene.facts(), scene.report)[2] == "1 of the 6 is already right."
    scene = Scene()
    no_dkim(scene)
    assert told_of_records(scene.facts(), scene.report)[2] == "3 of the 6 are already right."
    scene = Scene()
    no_dkim_and_partial(scene)
    assert told_of_records(scene.facts(), scene.report)[2] == "1 was added and is spreading; 2 of the 6 are already right."


def test_a_record_that_some_servers_have_is_called_added() -> None:
    scene = Scene()
    partial(scene)
    first, last = scene.facts().records[0], scene.facts().records[-1]
    assert standing_words(first, scene.facts()) == "added, 1 of 2 servers has it"
    assert standing_words(last, scene.facts()) == "already right"


@pytest.mark.parametrize("bend", [lame, all_lame, elsewhere])
def test_where_the_servers_are_the_problem_one_lands_where_that_is_told(bend: Callable[[Scene], Any]) -> None:
    """Not at the records, which are not to be added again."""
    scene = Scene()
    bend(scene)
    assert explained(scene.facts(), scene.report) is not None
    assert resume_at(progress(scene.report)) == "propagation"


def test_a_lame_server_does_not_explain_a_record_that_the_others_have_not() -> None:
    scene = Scene()
    lame_and_no_dkim(scene)
    assert explained(scene.facts(), scene.report) is None
    assert resume_at(progress(scene.report)) == "records"


def test_nobody_counts_what_was_not_seen() -> None:
    scene = Scene()
    for server in scene.servers:
        server.deaf_to.add(NAMES[0])
        server.deaf_to.add("bounce.example.com")
    counted = tally(scene.facts())
    assert isinstance(counted, Tally)
    assert not counted.missing
