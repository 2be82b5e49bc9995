"""The states of a login, as a table: what IAM, the keep and the journal say, and what follows."""

from datetime import timedelta
from functools import partial

import pytest

from seswizard.core.aws_things import AccessKey
from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice
from seswizard.core.login_life import KeyHistory, Life, history, life_of, next_step
from seswizard.core.login_places import entry_name, owner_of, places
from seswizard.core.login_wish import LoginWish
from seswizard.core.quoting import our_command
from seswizard.core.remembered import DomainChoices, Entry
from tests.fakes import ACCOUNT, REGION, START

OLD, NEW, THEIRS = AccessKey("OLD", True, START), AccessKey("NEW", True, START), AccessKey("THEIRS", True, START)
OFF = AccessKey("OLD", False, START)
MADE = KeyHistory(made=frozenset({"OLD", "NEW"}), stored=("OLD",))
BOTH = KeyHistory(made=frozenset({"OLD", "NEW"}), stored=("OLD", "NEW"))
LOST = KeyHistory(lost=frozenset({"NEW"}))

STATES = [
    ("nothing at all", (), None, None, KeyHistory(), Life.NONE),
    ("one kept key", (OLD,), "OLD", None, MADE, Life.STEADY),
    ("a login that another computer made", (OLD,), "OLD", None, KeyHistory(), Life.STEADY),
    ("a key that nobody has the secret of", (NEW,), None, None, MADE, Life.HALF_MADE),
    ("a key whose answer was lost", (OLD, NEW), "OLD", None, LOST, Life.HALF_MADE),
    ("a successor beside it", (OLD, NEW), "OLD", "NEW", MADE, Life.STAGED),
    ("a successor, and the old one gone", (NEW,), "OLD", "NEW", MADE, Life.STAGED),
    ("switched, the place beside not yet empty", (OLD, NEW), "NEW", "NEW", BOTH, Life.SWITCHED),
    ("switched", (OLD, NEW), "NEW", None, BOTH, Life.SWITCHED),
    ("the old one off", (OFF, NEW), "NEW", None, BOTH, Life.RETIRING),
    ("the old one off, made elsewhere", (OFF, NEW), "NEW", None, KeyHistory(replaced=frozenset({"OLD"})), Life.RETIRING),
    ("a key of somebody else's", (OLD, THEIRS), "OLD", None, MADE, Life.FOREIGN_KEYS),
    ("only a key of somebody else's", (THEIRS,), None, None, KeyHistory(), Life.FOREIGN_KEYS),
    ("the kept key is off", (OFF,), "OLD", None, MADE, Life.LOST),
    ("the kept key is gone", (), "OLD", None, MADE, Life.LOST),
    ("the password was lost", (OLD,), None, None, MADE, Life.LOST),
]


@pytest.mark.parametrize(("case", "keys", "kept", "staged", "known", "state"), STATES, ids=[row[0] for row in STATES])
def test_the_state_follows_from_what_is_there(
    case: str, keys: tuple[AccessKey, ...], kept: str | None, staged: str | None, known: KeyHistory, state: Life
) -> None:
    assert life_of(keys, kept=kept, staged=staged, known=known).state is state, case


def test_every_state_but_a_steady_one_says_what_to_do_next() -> None:
    for _, keys, kept, staged, known, state in STATES:
        told = next_step(
            life_of(keys, kept=kept, staged=staged, known=known),
            START,
            partial(our_command, name="example.com", region="eu-west-1"),
        )
        assert bool(told) is (state is not Life.STEADY), state


def test_a_key_that_only_its_time_makes_ours_is_no_orphan_once_used() -> None:
    known, used = KeyHistory(lost=frozenset({"NEW"})), frozenset({"NEW"})
    assert life_of((NEW,), kept=None, staged=None, known=known).state is Life.HALF_MADE
    assert life_of((NEW,), kept=None, staged=None, known=known, used=used).state is Life.FOREIGN_KEYS


def line(action: str, phase: str, thing: str, *detail: tuple[str, str], minutes: float = 0) -> Entry:
    kind = action.partition(".")[0]
    at = START + timedelta(minutes=minutes)
    return Entry(at, "example.com", REGION, ACCOUNT, action, phase, kind, thing, detail)


def test_the_journal_tells_which_keys_were_made_kept_replaced_and_retired() -> None:
    user, until = ("user", "u"), START + timedelta(days=7)
    known = history(
        [
            line("access-key.create", "done", "u", user, ("key", "OLD"), ("before", "")),
            line("vault.store", "done", "example.com/eu-west-1", ("key", "OLD")),
            line("access-key.create", "done", "u", user, ("key", "NEW"), ("before", "OLD"), ("old", "OLD")),
            line("vault.store", "done", "example.com/eu-west-1/next", ("key", "NEW")),
            line("access-key.retire", "intent", "u", user, ("key", "OLD"), ("until", until.isoformat())),
            line("access-key.create", "done", "other", ("user", "other"), ("key", "OTHER")),
        ],
        "u",
    )
    assert known.made == {"OLD", "NEW"}
    assert known.stored == ("OLD",), "what lies beside is not in use"
    assert known.replaced == {"OLD"}
    assert known.until == (("OLD", until),)
    assert "OTHER" not in known.named


@pytest.mark.parametrize(("minutes", "lost"), [(0, True), (5, True), (-5, True), (7, False), (60, False)])
def test_a_lost_key_was_made_about_when_it_was_asked_for(minutes: float, lost: bool) -> None:
    intent = line("access-key.create", "intent", "u", ("user", "u"), ("before", "OLD"))
    key = AccessKey("NEW", True, START + timedelta(minutes=minutes))
    assert (history([intent], "u", (OLD, key)).lost == {"NEW"}) is lost


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (KeepChoice(), ["b.example/eu-west-1", "example.com/us-east-1", "b.example/us-east-1", "example.com/eu-west-1"]),
        (KeepChoice("secretsmanager", "ses"), ["example.com/us-east-1", "example.com/eu-west-1"]),
        (KeepChoice("file", "/etc/postfix/sasl_passwd"), ["example.com/us-east-1", "example.com/eu-west-1"]),
    ],
    ids=lambda value: value.text if isinstance(value, KeepChoice) else "",
)
def test_the_home_place_is_written_last(choice: KeepChoice, expected: list[str]) -> None:
    found = places(choice, ("example.com", "eu-west-1"), ("b.example",), ("us-east-1",))
    assert [entry_name(place) for place in found] == expected


def test_a_place_that_shares_a_login_names_its_owner() -> None:
    owner = DomainChoices("example.com", "eu-west-1", iam_user="u", also="b.example", also_regions="us-east-1")
    shared = [
        DomainChoices(name, region, iam_user="u") for name, region in (("b.example", "us-east-1"), ("b.example", "eu-west-1"))
    ]
    alone = DomainChoices("c.example", "eu-west-1", iam_user="u2")
    known = (owner, *shared, alone)
    assert [owner_of(known, one, one.name) for one in known] == [None, owner, owner, None]


@pytest.mark.parametrize("user", ["a b", "ü", "a" * 65, "x/y", "a\n"])
def test_a_name_that_iam_would_refuse_is_refused_at_once(user: str) -> None:
    with pytest.raises(BadInputError, match="no name of an IAM user"):
        LoginWish(user=user)
