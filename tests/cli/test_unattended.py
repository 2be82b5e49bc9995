"""`setup` without a person: plans and consent, exit codes, JSON lines, answers, a second run, and death at any moment."""

import json
import random
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from seswizard.core.answers_file import read_answers
from seswizard.core.findings import Level
from seswizard.demo.aws import backend
from seswizard.demo.faults import Fault
from seswizard.demo.place import DOMAIN, REGION
from seswizard.demo.world import World
from tests.cli.conftest import Ran
from tests.conftest import MakeWorld
from tests.linear.dialogue import FAST, ROOT
from tests.road import until

Fast = Callable[..., Ran]
SEED = 6
PAGE = 100


@pytest.fixture
def fast() -> Fast:
    """Run `setup` through pipes to its end, without SES's one request a second."""

    def runner(*words: str) -> Ran:
        done = subprocess.run(
            [*FAST, "setup", *words], input="", capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        assert "\x1b" not in done.stderr + done.stdout
        return Ran(done.returncode, done.stdout, done.stderr)

    return runner


def publish_at_once(world: World) -> None:
    """Somebody who adds every record a moment after SES wants it, and nothing wrong."""
    done: set[str] = set()

    def look() -> None:
        with world.ses.lock:
            identity = world.ses.region(REGION).identities.get(DOMAIN)
            wanted = (
                [(f"{token}._domainkey.{DOMAIN}", "CNAME", f"{token}.{identity.hosted_zone}") for token in identity.tokens]
                if identity
                else []
            )
            if identity and identity.mail_from:
                name = identity.mail_from.domain
                wanted += [
                    (name, "MX", f"10 feedback-smtp.{REGION}.amazonses.com"),
                    (name, "TXT", '"v=spf1 include:amazonses.com ~all"'),
                ]
                wanted += [(f"_dmarc.{DOMAIN}", "TXT", '"v=DMARC1; p=none;"')]
        for name, rtype, value in wanted:
            if f"{name} {rtype}" not in done:
                done.add(f"{name} {rtype}")
                world.dns.publish(name, rtype, value, ttl=5)

    world.time_line.every(0.2, look)


@pytest.fixture
def helped(make_world: MakeWorld) -> World:
    """A fresh account, and DNS that is edited as soon as there is something to add."""
    world = make_world("blank")
    publish_at_once(world)
    return world


def writes(world: World) -> list[str]:
    return [one.operation for one in world.requests if one.write]


def set_up(world: World, fast: Fast, *words: str) -> Ran:
    """Run to the records, wait for SES elsewhere, and run again to the end."""
    assert fast(*words).code == 4
    until(lambda: world.ses.region(REGION).identities[DOMAIN].verified)
    return fast(*words)


def json_lines(ran: Ran) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert all((one["schema"], one["domain"], one["region"]) == (1, "example.com", "eu-west-1") for one in found)
    assert [one["event"] for one in found].count("end") == 1
    assert found[-1]["event"] == "end"
    assert found[-1]["exit_code"] == ran.code
    assert found[-1]["level"] in {level.value for level in Level}
    return found


def reads_as_text(text: str) -> None:
    """No line is wider than a page but a value, which stands alone on its line."""
    before = ""
    for line in text.splitlines():
        assert len(line) <= PAGE or before.endswith(":"), line
        before = line


# ---- consent ------------------------------------------------------------------------------------------------


def test_without_yes_the_plan_goes_to_stderr_and_nothing_is_done(world: World, fast: Fast) -> None:
    for words in (("--format", "text"), ("--linear",), ("--mail-from", "bounce")):
        ran = fast("example.com", *words)
        assert ran.code == 2, words
        assert ran.out == ""
        assert "make: Identity: example.com in SES, eu-west-1" in ran.err
        assert "aws sesv2 create-email-identity --region eu-west-1" in ran.err
        assert "say --yes" in ran.err
        reads_as_text(ran.err)
    assert writes(world) == []
    assert not (world.state_dir / "state.json").exists(), "not even a choice is remembered"


def test_the_wizard_itself_says_what_is_missing_without_a_terminal(world: World, fast: Fast) -> None:
    for words in ((), ("example.com",)):
        ran = fast(*words)
        assert ran.code == 2
        assert "needs a terminal" in ran.err
        assert "--yes" in ran.err
        assert len(ran.err.splitlines()) == 1
    assert world.requests == []


def test_a_dry_run_shows_the_plans_on_stdout_and_writes_nothing(world: World, fast: Fast) -> None:
    ran = fast("example.com", "--dry-run", "--mail-from", "post", "--user", "mailer")
    assert ran.code == 0
    assert "+ MAIL FROM: post.example.com" in ran.out
    assert "+ IAM user: /seswizard/mailer" in ran.out
    assert writes(world) == []
    assert not (world.state_dir / "state.json").exists()
    found = json_lines(fast("example.com", "--dry-run", "--format", "json"))
    assert [one["title"] for one in found if one["event"] == "plan"] == ["make example.com known to SES", "make the SMTP login"]


# ---- the road -----------------------------------------------------------------------------------------------


def test_it_ends_with_4_and_the_records_where_a_person_is_needed(world: World, fast: Fast) -> None:
    ran = fast("example.com", "--yes")
    assert ran.code == 4
    assert ran.out.startswith("DNS records for example.com (Amazon SES, eu-west-1)")
    assert ran.out.count("Value ") == 6
    assert "SMTP login: done: The login is made and kept." in ran.err, "a login needs no verified domain"
    reads_as_text(ran.err)
    made = writes(world)
    again = fast("example.com", "--yes")
    assert (again.code, again.out) == (4, ran.out)
    assert writes(world) == made
    waited = fast("example.com", "--yes", "--wait", "--timeout", "2", "--format", "json")
    assert waited.code == 4
    found = json_lines(waited)
    assert [one["document"]["records"][0]["purpose"] for one in found if one["event"] == "records"] == ["dkim"]
    assert found[-1]["level"] == "waiting"


def test_the_whole_set_up_and_a_second_run_that_changes_nothing(helped: World, fast: Fast, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    ran = fast("example.com", "--yes", "--wait", "--timeout", "60", "--format", "json", "--write-answers", str(answers))
    assert ran.code == 0, ran.out
    found = json_lines(ran)
    seen = [(one["step"], one["event"]) for one in found]
    for expected in (("domain", "plan"), ("domain", "doing"), ("domain", "done"), ("login", "plan"), ("proof", "came back")):
        assert expected in seen
    assert seen.index(("domain", "plan")) < seen.index(("domain", "doing"))
    assert found[-1]["level"] in ("ok", "advice")
    before, state, made = helped.inventory(), (helped.state_dir / "state.json").read_bytes(), len(writes(helped))
    journal = (helped.state_dir / "journal.jsonl").read_bytes()

    again = fast("--answers", str(answers), "--yes", "--format", "json")
    assert again.code == 0, again.out
    assert writes(helped)[made:] == []
    assert helped.inventory() == before
    assert (helped.state_dir / "state.json").read_bytes() == state
    assert (helped.state_dir / "journal.jsonl").read_bytes() == journal
    assert {one["event"] for one in json_lines(again)} <= {"finding", "done", "end"}

    written = read_answers(answers.read_text())
    assert (str(written.name), written.region, written.mail_from) == ("example.com", "eu-west-1", "bounce.example.com")
    keys = [backend.access_key(line.split()[1]) for line in before["iam_keys"]]
    assert keys
    assert all(key and key.secret not in answers.read_text() and key.key_id not in answers.read_text() for key in keys)
    helped.dns.unpublish("bounce.example.com")
    broken = fast("--yes", "--format", "json")
    assert broken.code == 1, "what breaks later is told by a run that has nothing to do"
    assert "mail-from.removed" in {one["finding"]["id"] for one in json_lines(broken) if one["event"] == "finding"}


def test_answers_from_a_file_and_options_that_win_over_it(helped: World, fast: Fast, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(
        'name = "example.com"\nregion = "eu-west-1"\nmail_from = "post"\nreports_to = "me@example.com"\n'
        f'keep = "file:{tmp_path}/login"\nuser = "mailer"\nproof = "bounce"\n'
    )
    ran = set_up(helped, fast, "--answers", str(file), "--yes", "--proof", "none")
    assert ran.code == 0, ran.err
    assert "example.com is set up; no proof was wanted." in ran.err
    assert helped.inventory()["mail_from"] == ("eu-west-1/example.com post.example.com",)
    assert any(line.endswith("/mailer") for line in helped.inventory()["iam_users"])
    assert not any("seswizard-" in line for line in helped.inventory()["configuration_sets"])
    assert (tmp_path / "login").stat().st_mode & 0o777 == 0o600
    (choices,) = json.loads((helped.state_dir / "state.json").read_text())["choices"]
    assert choices["reports_to"] == "me@example.com"


def test_a_single_address_waits_for_the_click_and_has_no_records(world: World, fast: Fast) -> None:
    ran = fast("post@example.com", "--sends-by", "sdk", "--yes")
    assert (ran.code, ran.out) == (4, "")
    assert "SES is waiting for a click on the link it sent to post@example.com." in " ".join(ran.err.split())
    assert writes(world) == ["CreateEmailIdentity"]


def test_an_sdk_needs_no_login_and_proves_by_api(helped: World, fast: Fast) -> None:
    ran = set_up(helped, fast, "example.com", "--sends-by", "sdk", "--yes", "--format", "json")
    assert ran.code == 0, ran.out
    assert not any(one["step"] == "login" for one in json_lines(ran))
    assert not any("seswizard" in line for line in helped.inventory()["iam_users"])
    made = len(writes(helped))
    assert fast("example.com", "--yes").code == 0
    assert writes(helped)[made:] == []


def test_a_wrong_record_is_1_and_is_waited_out(make_world: MakeWorld, fast: Fast) -> None:
    """In a world whose one record is wrong, the finding and its exact value are told; the exit is a problem's."""
    make_world("dkim.doubled-name")
    ran = fast("example.com", "--yes", "--format", "json")
    assert ran.code == 1
    (found,) = [one["finding"] for one in json_lines(ran) if one["event"] == "finding" and one["finding"]["level"] == "problem"]
    assert found["id"] == "dkim.doubled-name"
    assert found["remedy"]["records"][0]["value"].endswith("amazonses.com")


# ---- what can be wrong --------------------------------------------------------------------------------------


def test_what_cannot_be_looked_at_is_3_before_anything_is_written(world: World, fast: Fast) -> None:
    world.faults.append(Fault("GetCallerIdentity", "ExpiredToken", count=None))
    ran = fast("example.com", "--yes", "--format", "json")
    assert ran.code == 3
    found = json_lines(ran)
    assert found[-1]["level"] == "unknown"
    ids = [one["finding"]["id"] for one in found if one["event"] == "finding"]
    assert len(ids) == len(set(ids)), "one cause is told once, whatever it makes blind for"
    assert found[0]["step"] == "access"
    world.faults.clear()
    world.faults.append(Fault("GetEmailIdentity", "AccessDeniedException", status=403, count=None))
    denied = fast("example.com", "--yes")
    assert denied.code == 3
    assert "ses:GetEmailIdentity" in denied.err
    assert writes(world) == []


def test_aws_that_goes_away_while_it_waits_is_3_and_the_next_run_goes_on(world: World, fast: Fast) -> None:
    assert fast("example.com", "--yes").code == 4
    made = writes(world)
    world.faults.append(Fault("GetEmailIdentity", count=3))  # as always: it goes away later
    world.faults.append(Fault("GetEmailIdentity", "ServiceUnavailable", status=503, count=None))
    ran = fast("example.com", "--yes", "--wait", "--timeout", "4", "--format", "json")
    assert ran.code == 3
    assert json_lines(ran)[-1]["level"] == "unknown"
    assert writes(world) == made, "what cannot be seen is not written to"
    world.faults.clear()
    assert fast("example.com", "--yes").code == 4


def test_a_refused_write_ends_it_and_the_next_run_goes_on(world: World, fast: Fast) -> None:
    world.faults.append(Fault("CreateUser", "AccessDenied", status=403, count=1))
    ran = fast("example.com", "--yes", "--format", "json")
    assert ran.code == 3
    assert json_lines(ran)[-1]["level"] == "unknown"
    assert fast("example.com", "--yes").code == 4
    assert sum(one == "CreateEmailIdentity" for one in writes(world)) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--yes",), "Say which domain"),
        (("example.com", "--yes", "--timeout", "3"), "--timeout goes with --wait"),
        (("example.com", "--yes", "--wait", "--timeout", "nan"), "no number of seconds"),
        (("example.com", "--yes", "--wait", "--timeout", "-1"), "--timeout"),
        (("example.com", "--yes", "--mail-from", "a b"), "not a domain name"),
        (("example.com", "--yes", "--reports-to", "nobody"), "Type an address"),
        (("example.com", "--yes", "--user", "a user"), "no name of an IAM user"),
        (("example.com", "--yes", "--keep", "pocket"), "is no keep"),
        (("example.com", "--yes", "--keep", "show"), "login create example.com --keep show"),
        (("example.com", "--yes", "--answers", "/nowhere/at/all.toml"), "/nowhere/at/all.toml"),
    ],
)
def test_bad_usage_is_one_sentence_and_2(world: World, fast: Fast, words: tuple[str, ...], says: str) -> None:
    ran = fast(*words)
    assert ran.code == 2
    assert says in ran.err
    assert writes(world) == []


def test_a_region_without_ses_is_1(world: World, fast: Fast) -> None:
    ran = fast("example.com", "--yes", "--region", "ap-east-1", "--proof", "none")
    assert ran.code == 1
    assert "There is no SES in ap-east-1" in ran.err
    assert writes(world) == []


def test_the_screen_takes_no_answers(world: World) -> None:
    """On a terminal answers need a face that uses them."""
    from tests.linear.dialogue import Dialogue

    with Dialogue("setup", "example.com", "--mail-from", "post", term="xterm-256color") as talk:
        talk.until("Answers go with --linear or --yes")
        assert talk.ended() == 2


# ---- killed -------------------------------------------------------------------------------------------------


@pytest.mark.journey
def test_killed_at_ten_moments_it_ends_the_same(helped: World, fast: Fast) -> None:
    """SIGKILL after a random line of its progress, until ten have died; whatever comes to its end, ends the same."""
    words = ("example.com", "--mail-from", "bounce", "--yes", "--wait", "--timeout", "60", "--format", "json")
    whole = fast(*words)
    assert whole.code == 0
    expected, chance, killed, runs = essence(helped), random.Random(SEED), 0, 0
    undo()
    while killed < 10:
        runs += 1
        assert runs < 40, "it is always done before it can be killed"
        if killed_after(chance.randrange(1, len(whole.out.splitlines())), *words):
            killed += 1
        else:
            assert essence(helped) == expected
            undo()
    assert fast(*words).code == 0
    assert essence(helped) == expected


def undo() -> None:
    """Back to the beginning, in the same world."""
    done = subprocess.run(
        [*FAST, "undo", "example.com", "--yes"], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def killed_after(lines: int, *words: str) -> bool:
    """Run until so many lines were said, then kill it; whether it was still running."""
    with subprocess.Popen(
        [*FAST, "setup", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        for _ in iter(partial(child.stdout.readline, -1), ""):
            lines -= 1
            if lines <= 0:
                child.kill()
                break
        return child.wait() == -9


def essence(world: World) -> dict[str, object]:
    """The account without key ids, and that the keyring holds the one key's login."""
    found: dict[str, object] = dict(world.inventory())
    keys = [line.split() for line in world.inventory()["iam_keys"]]
    held = json.loads(world.vault.read("seswizard", "example.com/eu-west-1") or "{}")
    found["iam_keys"] = [(user, status) for user, _, status in keys]
    found["kept"] = [key for _, key, _ in keys if key == held["username"]] != []
    (choices,) = json.loads((world.state_dir / "state.json").read_text())["choices"]
    found["choices"] = choices
    return found
