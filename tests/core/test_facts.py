"""Facts that tell the same at another time: what is no news, and what is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from seswizard.core.answers import Answer, Asked, Delegation, Question, Reply, Row, Server, Silence, Sweep
from seswizard.core.aws_things import AccessKey
from seswizard.core.facts import Facts
from seswizard.core.failure import Failure
from seswizard.core.names import DomainName
from seswizard.core.reading import Seen, Unseen
from seswizard.core.records import Record

NOW = datetime(2026, 11, 28, tzinfo=UTC)
LATER = NOW + timedelta(seconds=7)
RECORD = Record("dkim", "a._domainkey.example.com", "CNAME", "a.dkim.amazonses.com", required=True)
SERVER, RESOLVER = Server("ns1", "192.0.2.1"), Server("", "192.0.2.53")
SOA = "ns1.example.com root.example.com 7 60 30 600 600"


def nothing(ttl: int = 30) -> Answer:
    return Answer("NXDOMAIN", False, authority=(Row("example.com", "SOA", ttl, SOA),))


def there(ttl: int, value: str = RECORD.value or "", milliseconds: float = 1.0) -> Answer:
    return Answer("NOERROR", True, (Row(RECORD.name, "CNAME", ttl, value),), milliseconds=milliseconds)


def facts(at: datetime, server: Reply, resolver: Reply, soa_ttl: int = 300) -> Facts:
    """One server's and one resolver's word on one record."""
    question = Question(RECORD.name, RECORD.type)
    soa = Answer("NOERROR", False, (Row("example.com", "SOA", soa_ttl, SOA),))
    public = Sweep((Asked(RESOLVER, Question("example.com", "SOA"), soa), Asked(RESOLVER, question, resolver)))
    return Facts(
        DomainName("example.com"),
        "eu-west-1",
        at,
        delegation=Seen(Delegation("example.com", (SERVER,)), "parent", NOW),
        sweep=Seen(Sweep((Asked(SERVER, question, server),)), "servers", at),
        public=Seen(public, "resolvers", at),
        records=(RECORD,),
    )


@pytest.mark.parametrize(
    ("server", "resolver", "soa_ttl"),
    [
        (there(60), there(60), 300),
        (there(60, milliseconds=90), there(60, milliseconds=90), 300),
        (there(60), there(53), 293),
    ],
    ids=["later", "slower", "kept for less"],
)
def test_time_alone_is_no_news(server: Reply, resolver: Reply, soa_ttl: int) -> None:
    assert facts(NOW, there(60), there(60)).tells_the_same(facts(LATER, server, resolver, soa_ttl))


@pytest.mark.parametrize(
    ("server", "resolver"),
    [
        (there(60, "b.dkim.amazonses.com"), there(60)),
        (Silence("timeout"), there(60)),
        (Answer("NXDOMAIN", True), there(60)),
        (there(60), there(60, "b.dkim.amazonses.com")),
        (there(60), Silence("timeout")),
        (there(60), nothing()),
    ],
)
def test_another_answer_is_news(server: Reply, resolver: Reply) -> None:
    assert not facts(NOW, there(60), there(60)).tells_the_same(facts(NOW, server, resolver))


@pytest.mark.parametrize(
    ("old", "less"),
    [(nothing(30), nothing(23)), (there(30, "old.example.com"), there(23, "old.example.com"))],
    ids=["negative", "old"],
)
def test_the_time_for_which_a_wrong_answer_is_kept_is_news(old: Answer, less: Answer) -> None:
    """It is counted down on the screen."""
    assert facts(NOW, there(60), old).tells_the_same(facts(LATER, there(60), old))
    assert not facts(NOW, there(60), old).tells_the_same(facts(LATER, there(60), less))


def test_why_something_was_not_seen_is_news() -> None:
    seen = facts(NOW, there(60), there(60))
    failure = Failure("dns.blocked", "Could not look.", "the servers")
    blind, still = (replace(seen, sweep=Unseen(failure, "servers", at)) for at in (NOW, LATER))
    assert blind.tells_the_same(still)
    assert not blind.tells_the_same(seen)
    other = replace(seen, sweep=Unseen(replace(failure, title="Something else."), "servers", NOW))
    assert not blind.tells_the_same(other)
    assert not seen.tells_the_same(replace(seen, public=None))
    assert not seen.tells_the_same(replace(seen, sends_by="sdk"))


def test_a_key_that_grows_a_day_older_is_news() -> None:
    """At the hour it was made, not at midnight: after ninety days that is a finding."""
    made = datetime(2026, 8, 29, 15, tzinfo=UTC)
    key = AccessKey("AKIAIOSFODNN7EXAMPLE", active=True, created=made)
    ages = [
        replace(facts(at, there(60), there(60)), keys=Seen((key,), "iam", at))
        for at in (datetime(2026, 11, 28, hour, minute, tzinfo=UTC) for hour, minute in ((14, 1), (14, 59), (15, 1)))
    ]
    assert ages[0].tells_the_same(ages[1])
    assert not ages[1].tells_the_same(ages[2])
