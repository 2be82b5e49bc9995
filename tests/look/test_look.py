"""One look: everything at once, every failure an `Unseen`, DNS looked at even without AWS."""

from dataclasses import replace

import pytest

from seswizard.core.account import Account, Caller
from seswizard.core.answers import Delegation, Sweep
from seswizard.core.checks import judge
from seswizard.core.dmarc import DmarcFound
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.failure import Failure
from seswizard.core.identity import Dkim, Identity, MailFrom
from seswizard.core.login import Login
from seswizard.core.names import DomainName
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.core.remembered import DomainChoices, Proof
from seswizard.core.secret import Secret
from seswizard.look import ALL_PARTS, look
from tests.fakes import DENIED, REGION, START, FakeWorld

NAME = DomainName("example.com")
TOKENS = ("tokena", "tokenb", "tokenc")
IDENTITY = Identity(
    "example.com",
    True,
    "SUCCESS",
    True,
    Dkim("SUCCESS", TOKENS, "dkim.amazonses.com"),
    MailFrom("bounce.example.com", "SUCCESS"),
)
KEY = "AKIAEXAMPLE000000001"
NO_CREDENTIALS = Failure("access.no-credentials", "There are no credentials.")
AWS_CALLS = ("sts.caller", "ses.account", "ses.identity", "iam.keys")


def finished() -> FakeWorld:
    """A world in which everything was done."""
    world = FakeWorld()
    world.ses.identities["example.com"] = IDENTITY
    world.ses.status = replace(world.ses.status, production=True)
    for token in TOKENS:
        world.dns.put(f"{token}._domainkey.example.com", "CNAME", f"{token}.dkim.amazonses.com")
    world.dns.put("bounce.example.com", "MX", "feedback-smtp.eu-west-1.amazonses.com", 10)
    world.dns.put("bounce.example.com", "TXT", "v=spf1 include:amazonses.com ~all")
    world.dns.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none;")
    world.vault.held[("example.com", REGION)] = Login(KEY, Secret("canary-password"))
    return world


async def test_a_finished_domain_is_seen_whole() -> None:
    world = finished()
    await world.iam.create_key("seswizard-example.com-eu-west-1")
    world.state.proofs[("example.com", REGION)] = Proof("m", KEY, "Bounce", START)
    facts = await look(world.services, NAME)
    report = judge(facts)
    assert {one.id for one in report.findings if not one.id.endswith(".ok")} == set()
    assert len(report.findings) == 12
    assert "canary-password" not in repr(facts)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ("sts.caller", "caller"),
        ("ses.account", "account"),
        ("ses.identity", "identity"),
        ("vault.read", "login"),
        ("iam.keys", "keys"),
        ("state.proof", "proof"),
    ],
)
async def test_each_part_that_fails_is_unseen_and_leaves_the_others_seen(call: str, field: str) -> None:
    world = finished()
    world.calls.fail(call)
    facts = await look(world.services, NAME)
    fields = ("caller", "account", "identity", "login", "proof", "delegation", "sweep", "dmarc")
    reading = getattr(facts, field)
    assert isinstance(reading, Unseen)
    assert reading.failure is DENIED
    assert reading.source
    for other in fields:
        if other != field:
            assert isinstance(getattr(facts, other), Seen), other


async def test_without_aws_dns_is_still_looked_at() -> None:
    world = finished()
    for call in AWS_CALLS:
        world.calls.fail(call, NO_CREDENTIALS)
    facts = await look(world.services, NAME)
    assert facts.records == ()
    report = judge(facts)
    unknown = [one for one in report.findings if one.level.value == "unknown"]
    assert [one.id for one in unknown] == ["access.no-credentials"]
    assert {"dns.ok", "dmarc.ok"} <= {one.id for one in report.findings}
    assert report.level.exit_code == 3


async def test_without_dns_everything_else_is_still_looked_at() -> None:
    world = finished()
    world.dns.deaf = world.dns.doh_deaf = True
    facts = await look(world.services, NAME)
    assert all(isinstance(one, Unseen) for one in (facts.delegation, facts.sweep, facts.dmarc))
    assert facts.records, "SES's records are known all the same"
    report = judge(facts)
    assert [one.id for one in report.findings if one.level.value == "unknown"] == ["dns.blocked"]
    assert "identity.ok" in {one.id for one in report.findings}


async def test_with_everything_failing_there_is_a_report_of_causes() -> None:
    world = finished()
    for call in (*AWS_CALLS, "vault.read", "state.proof"):
        world.calls.fail(call, NO_CREDENTIALS)
    world.dns.deaf = world.dns.doh_deaf = True
    report = judge(await look(world.services, NAME))
    assert sorted(one.id for one in report.findings) == ["access.no-credentials", "dns.blocked"]


async def test_only_the_parts_asked_for_are_asked_and_the_rest_is_carried_over() -> None:
    world = finished()
    first = await look(world.services, NAME)
    world.clock.passed = 60
    world.calls.log.clear()
    world.dns.asked.clear()
    second = await look(world.services, NAME, parts=frozenset({"account"}), last=first)
    assert world.calls.log == ["ses.account"]
    assert world.dns.asked == []
    assert second.at == world.clock.now()
    assert isinstance(second.account, Seen)
    assert second.account.at == world.clock.now()
    assert (second.caller, second.sweep, second.identity) == (first.caller, first.sweep, first.identity)
    assert frozenset({"access", "account", "identity", "dns", "login", "proof"}) == ALL_PARTS


async def test_the_records_follow_what_ses_says_now() -> None:
    world = finished()
    first = await look(world.services, NAME)
    assert len(first.records) == 6
    other = replace(IDENTITY, dkim=Dkim("PENDING", ("new",), "dkim.eu-west-1.amazonses.com"), mail_from=None)
    world.ses.identities["example.com"] = other
    second = await look(world.services, NAME, parts=frozenset({"identity"}), last=first)
    assert [one.name for one in second.records] == ["new._domainkey.example.com", "_dmarc.example.com"]
    world.calls.fail("ses.identity")
    third = await look(world.services, NAME, last=second)
    assert third.records == second.records, "unchanged while SES could not be asked"
    world.calls.mend()
    world.ses.identities.clear()
    assert (await look(world.services, NAME, last=third)).records == ()


async def test_what_was_chosen_is_taken_into_the_facts() -> None:
    world = finished()
    choices = DomainChoices("example.com", REGION, "999999999999", "sdk", "dmarc@example.org")
    for server in world.dns.of("example.com"):
        server.rows = [row for row in server.rows if not row.name.startswith("_dmarc")]
    facts = await look(world.services, NAME, choices=choices)
    assert (facts.remembered_account, facts.sends_by) == ("999999999999", "sdk")
    assert facts.records[-1].value == "v=DMARC1; p=none; rua=mailto:dmarc@example.org;"
    assert judge(facts).has("access.other-account")


async def test_a_login_is_read_without_its_password_and_its_keys_asked_of_its_user() -> None:
    world = finished()
    facts = await look(
        world.services, NAME, choices=DomainChoices("example.com", REGION, iam_user="theirs", login_keep="keyring")
    )
    assert facts.login == Seen(KeptLogin(KEY, "keyring"), "keyring", START)
    assert facts.keys == Seen((), "iam:ListAccessKeys", START)
    assert judge(facts).has("login.key-missing")


async def test_without_a_kept_login_no_key_is_asked_for() -> None:
    world = finished()
    world.vault.held.clear()
    facts = await look(world.services, NAME)
    assert facts.keys is None
    assert "iam.keys" not in world.calls.log
    assert judge(facts).has("login.none")


async def test_a_keyring_that_fails_is_no_obstacle_while_nothing_is_kept_there() -> None:
    world = finished()
    world.calls.fail("vault.read", Failure("login.vault-missing", "There is no keyring."))
    chosen = await look(world.services, NAME, choices=DomainChoices("example.com", REGION))
    assert judge(chosen).has("login.none")
    kept = await look(world.services, NAME, choices=DomainChoices("example.com", REGION, login_keep="keyring"))
    assert judge(kept).has("login.vault-missing")
    assert not judge(kept).has("login.none")


def test_the_readings_have_the_types_that_checks_expect() -> None:
    def typed(facts: Facts) -> tuple[Reading[Caller] | None, Reading[Account] | None, Reading[Identity | None] | None]:
        return facts.caller, facts.account, facts.identity

    def dns(facts: Facts) -> tuple[Reading[Delegation] | None, Reading[Sweep] | None, Reading[DmarcFound] | None]:
        return facts.delegation, facts.sweep, facts.dmarc

    empty = Facts(NAME, REGION, START)
    assert typed(empty) == dns(empty) == (None, None, None)
