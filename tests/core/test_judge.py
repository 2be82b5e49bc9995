"""The runner: what was not seen becomes one finding by cause, and findings of one id become one."""

from dataclasses import replace

import pytest

from seswizard.core.checks import TOPICS, could_not_look, judge, merge
from seswizard.core.facts import Facts
from seswizard.core.failure import Failure
from seswizard.core.findings import Evidence, Finding, Level, Paste, Remedy
from seswizard.core.reading import Unseen
from tests.core.scene import NAMES, Scene
from tests.fakes import START

DENIED = Failure("access.denied", "AWS does not allow this.", "not authorized to perform ses:GetAccount", "Ask for it.", "aws x")
NO_CREDENTIALS = Failure("access.no-credentials", "There are no credentials.", remedy="Sign in.", command="aws login")
BLOCKED = Failure("dns.blocked", "No DNS server answered.")
AWS = ("caller", "account", "identity", "keys")


def unseen(failure: Failure, *fields: str) -> Scene:
    scene = Scene()
    scene.records = scene.expected
    scene.unseen = {field: Unseen(failure, f"asking for {field}", START) for field in fields}
    return scene


def test_without_aws_there_is_one_finding_with_its_cause_and_dns_is_still_judged() -> None:
    scene = unseen(NO_CREDENTIALS, *AWS)
    assert scene.levels == {"access.no-credentials": "unknown"}
    found = scene.finding("access.no-credentials")
    assert [one.source for one in found.evidence] == [f"asking for {field}" for field in AWS]
    assert found.remedy == Remedy("Sign in.", command="aws login")
    ok = {one.topic for one in scene.report.findings if one.level is Level.OK}
    assert ok == {"dns", "dkim", "mail-from", "spf", "dmarc", "ports", "proof"}
    assert scene.report.topics == ok
    assert scene.report.level.exit_code == 3


@pytest.mark.parametrize(
    ("field", "silenced"),
    [
        ("caller", {"access", "region"}),
        ("account", {"sandbox", "account", "access"}),
        ("identity", {"identity", "access"}),
        ("keys", {"login", "access"}),
    ],
)
def test_only_the_checks_that_need_what_was_not_seen_keep_silent(field: str, silenced: set[str]) -> None:
    scene = unseen(DENIED, field)
    assert scene.levels == {"access.denied": "unknown"}
    assert {one.topic for one in scene.report.findings if one.level is Level.OK} == set(TOPICS) - silenced


def test_no_topic_is_called_fine_beside_a_cause_that_bears_its_name() -> None:
    assert not unseen(DENIED, "account").report.has("access.ok")
    assert not unseen(BLOCKED, "dmarc").report.has("dns.ok")


def test_two_causes_are_two_findings_and_blocked_dns_is_one() -> None:
    scene = unseen(DENIED, "account")
    scene.unseen |= {name: Unseen(BLOCKED, "the name servers", START) for name in ("sweep", "dmarc")}
    assert scene.levels == {"access.denied": "unknown", "dns.blocked": "unknown"}
    assert len(scene.finding("dns.blocked").evidence) == 1, "the same reading is named once"


def test_a_blocked_look_and_a_silent_record_stay_one_finding() -> None:
    scene = unseen(BLOCKED, "dmarc")
    for server in scene.servers:
        server.deaf_to.add(NAMES[0])
    assert [one.id for one in scene.report.findings].count("dns.blocked") == 1


def test_a_missing_keyring_is_advice_and_its_login_is_not_called_missing() -> None:
    scene = unseen(Failure("login.vault-missing", "There is no keyring."), "login")
    scene.unasked = {"keys"}
    assert scene.levels == {"login.vault-missing": "advice"}
    assert not {"login.ok", "proof.ok"} & {one.id for one in scene.report.findings}


def test_what_was_not_asked_yields_nothing() -> None:
    assert judge(Facts(Scene().name, "eu-west-1", START)).findings == ()
    scene = Scene(unasked={"caller", "account", "identity", "login", "keys", "proof", "ports"})
    scene.records = Scene().expected
    assert [one.id for one in scene.report.findings] == ["dkim.ok", "dns.ok", "mail-from.ok", "dmarc.ok", "spf.ok"]


def test_a_problem_is_not_hidden_by_what_could_not_be_seen() -> None:
    scene = unseen(NO_CREDENTIALS, *AWS)
    scene.remove(NAMES[0], "CNAME")
    scene.records = tuple(replace(one, verified=False) for one in scene.records or ())
    assert scene.levels == {"access.no-credentials": "unknown", "dkim.not-published": "waiting"}
    assert scene.report.level.exit_code == 3
    scene.put(f"{NAMES[0]}.example.com", "CNAME", "tokena.dkim.amazonses.com")
    assert scene.report.level.exit_code == 1


def test_a_cause_tells_what_the_other_side_said() -> None:
    found = could_not_look("access.denied", [Unseen(DENIED, "ses:GetAccount", START)])
    assert (found.id, found.level, found.title) == ("access.denied", Level.UNKNOWN, "AWS does not allow this.")
    assert found.evidence == (Evidence("not seen", DENIED.detail, "", "ses:GetAccount", START),)
    assert could_not_look("dns.blocked", [Unseen(BLOCKED, "DNS", START)]).remedy is None


def test_findings_of_one_id_are_joined_and_the_strongest_level_stays() -> None:
    one = Finding("a.b", Level.WAITING, "first", (Evidence("x", "1"),), Remedy("do", (Paste("n", "TXT", "1"),), "cmd"))
    two = Finding("a.b", Level.PROBLEM, "second", (Evidence("y", "2"),), Remedy("other", (Paste("m", "TXT", "2"),)))
    other = Finding("a.c", Level.ADVICE, "third")
    joined, left = merge([one, other, two])
    assert left == other
    assert (joined.level, joined.title) == (Level.PROBLEM, "first")
    assert [evidence.label for evidence in joined.evidence] == ["x", "y"]
    assert joined.remedy == Remedy("do", (Paste("n", "TXT", "1"), Paste("m", "TXT", "2")), "cmd")
    assert merge([replace(one, remedy=None), two])[0].remedy == two.remedy
    assert merge([]) == ()
