"""`check` as the DNS person runs it: a file from a colleague, no AWS, and the exit code is the answer."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.query
import dns.rcode
import dns.update
import pytest

from seswizard.cli.check import read
from seswizard.core.names import DomainName
from seswizard.core.records import MAIL_FROM_SPF, Record, feedback_host
from seswizard.demo.world import World
from seswizard.exports.records import EXPORTERS, RecordsDocument
from seswizard.wiring import Options, build
from tests.cli.conftest import Ran, Run
from tests.journey.terminal import Terminal

TOKENS = ("alphatoken", "betatoken", "gammatoken")
PRODUCT = (sys.executable, "-m", "seswizard", "check")
Findings = dict[str, str]


def document(domain: str = "example.com", *, verified: bool = False) -> RecordsDocument:
    """What SES asks of a domain with MAIL FROM; each domain has tokens of its own."""
    name = str(DomainName.parse(domain))
    tokens = TOKENS if domain == "example.com" else [f"{one}{sum(domain.encode())}" for one in TOKENS]
    records = [
        Record("dkim", f"{one}._domainkey.{name}", "CNAME", f"{one}.dkim.amazonses.com", required=True, verified=verified)
        for one in tokens
    ]
    records.append(Record("mail-from-mx", f"bounce.{name}", "MX", feedback_host("eu-west-1"), priority=10))
    records.append(Record("mail-from-spf", f"bounce.{name}", "TXT", MAIL_FROM_SPF))
    records.append(Record("dmarc", f"_dmarc.{name}", "TXT", "v=DMARC1; p=none;"))
    return RecordsDocument(name, "eu-west-1", tuple(records), "example.com", datetime(2026, 11, 22, tzinfo=UTC))


def update(world: World, name: str, rtype: str, *values: str) -> None:
    """Replace a record set at every server of the domain by RFC 2136, as `nsupdate` does."""
    for server in world.dns.auth:
        change = dns.update.UpdateMessage("example.com.")
        change.delete(f"{name}.", rtype)
        for value in values:
            change.add(f"{name}.", 60, rtype, value)
        assert dns.query.tcp(change, server.address, 5.0, world.dns.port).rcode() == dns.rcode.NOERROR


def publish(world: World, record: Record) -> None:
    """Publish one record as it should be."""
    value = f'"{record.value}"' if record.type == "TXT" else f"{record.value}."
    update(world, record.name, record.type, f"{record.priority} {value}" if record.type == "MX" else value)


def publish_all(world: World, expected: RecordsDocument) -> None:
    for record in expected.records:
        publish(world, record)


def reports(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def told(report: dict[str, Any]) -> Findings:
    return {one["id"]: one["level"] for one in report["findings"]}


@pytest.fixture(autouse=True)
def no_aws(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of AWS is left but a profile that nobody has."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SESWIZARD_SMTP", "SESWIZARD_CA"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


@pytest.fixture
def expected(tmp_path: Path) -> Path:
    """The records file of `example.com`."""
    file = tmp_path / "records.json"
    file.write_text(EXPORTERS["json"](document()))
    return file


@contextmanager
def watching(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """A `check --watch` that runs while the world changes; ended with the test."""
    process = subprocess.Popen(
        [*PRODUCT, *words, "--watch", "--format", "json"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy(),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def next_report(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()
    report: dict[str, Any] = json.loads(line)
    return report


def ended(process: "subprocess.Popen[str]") -> Ran:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err, err
    return Ran(process.returncode, out, err)


def test_it_needs_no_aws_and_asks_nothing_of_it(world: World, run: Run, expected: Path, tmp_path: Path) -> None:
    publish_all(world, document())
    state = tmp_path / "untouched"
    ran = run("check", "--expected", str(expected), "--format", "json", SESWIZARD_STATE_DIR=str(state))
    (report,) = reports(ran.out)
    assert told(report) == {"dns.ok": "ok", "dkim.ok": "ok", "mail-from.ok": "ok", "spf.ok": "ok", "dmarc.ok": "ok"}
    assert (ran.code, report["schema"], report["domain"], report["region"]) == (0, 1, "example.com", "eu-west-1")
    assert world.requests == []
    assert not state.exists()
    assert "Test addresses are in force" in ran.err


def test_waiting_is_4_and_text_says_what_to_paste(world: World, run: Run, expected: Path) -> None:
    ran = run("check", "--expected", str(expected))
    assert ran.code == 4
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[0] == "example.com (eu-west-1): waiting"
    at = lines.index(f"Host: {TOKENS[0]}._domainkey")
    assert lines[at + 1 : at + 3] == ["Type: CNAME", f"Value: {TOKENS[0]}.dkim.amazonses.com"]


def test_a_mistake_is_1(world: World, run: Run, expected: Path) -> None:
    publish_all(world, document())
    update(world, f"{TOKENS[0]}._domainkey.example.com", "CNAME")
    update(world, f"{TOKENS[0]}._domainkey.example.com.example.com", "CNAME", f"{TOKENS[0]}.dkim.amazonses.com.")
    ran = run("check", "--expected", str(expected), "--format", "json")
    (report,) = reports(ran.out)
    assert ran.code == 1
    found = {one["id"]: one for one in report["findings"] if one["level"] != "ok"}
    assert list(found) == ["dkim.doubled-name"]
    assert found["dkim.doubled-name"]["remedy"]["records"] == [
        {
            "host": f"{TOKENS[0]}._domainkey",
            "name": f"{TOKENS[0]}._domainkey.example.com",
            "type": "CNAME",
            "value": f"{TOKENS[0]}.dkim.amazonses.com",
            "priority": None,
        }
    ]


def test_a_record_that_was_verified_and_is_gone_is_1(world: World, run: Run) -> None:
    file = EXPORTERS["json"](document(verified=True))
    ran = run("check", "--expected", "-", "--format", "json", stdin=file)
    assert ran.code == 1
    assert told(reports(ran.out)[0])["dkim.removed"] == "problem"


def test_no_dns_is_3_and_still_a_report(world: World, run: Run, expected: Path) -> None:
    ran = run("check", "--expected", str(expected), "--format", "json", SESWIZARD_RESOLVERS="127.0.0.1:9")
    (report,) = reports(ran.out)
    assert ran.code == 3
    assert told(report) == {"dns.blocked": "unknown"}


@pytest.mark.parametrize("text", ['{"schema":2,"domain":"example.com"}', '{"schema":"1"}', '{"schema":true}', '{"schema":1.5}'])
def test_another_schema_is_2(world: World, run: Run, text: str) -> None:
    ran = run("check", "--expected", "-", stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert "schema" in ran.err


def test_without_a_file_it_is_2(run: Run) -> None:
    assert run("check").code == 2


def test_one_bad_file_among_good_ones_is_2_and_nothing_is_reported(run: Run, expected: Path) -> None:
    ran = run("check", "--expected", str(expected), "--expected", "-", "--format", "json", stdin='{"schema":2}')
    assert (ran.code, ran.out) == (2, "")


def test_the_documents_of_a_thousand_domains_fit_into_one_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    file.write_text("\n".join(json.dumps(document(f"d{number}.example.com").as_dict()) for number in range(1_000)))
    assert file.stat().st_size > 1_000_000
    assert len(read(build(Options(region="")), str(file))) == 1_000


def test_several_files_give_one_line_a_document_in_their_order(world: World, run: Run, expected: Path, tmp_path: Path) -> None:
    publish_all(world, document())
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document("news.example.com").as_dict()))
    lines = [document("bücher.example.com"), document("a.example.com")]
    piped = "\n".join(json.dumps(one.as_dict()) for one in lines)
    words = [word for file in (expected, other, "-") for word in ("--expected", str(file))]
    ran = run("check", *words, "--format", "json", stdin=piped)
    found = reports(ran.out)
    assert [one["domain"] for one in found] == [
        "example.com",
        "news.example.com",
        "xn--bcher-kva.example.com",
        "a.example.com",
    ]
    assert [one["level"] for one in found] == ["ok", "waiting", "waiting", "waiting"]
    assert ran.code == 4, "the strongest counts"
    assert told(found[1])["dmarc.ok"] == "ok", "inherited"


def test_watching_reports_each_change_once_and_ends_when_it_is_well(world: World, expected: Path) -> None:
    wanted = document()
    wrong = f"{TOKENS[0]}._domainkey.example.com.example.com"
    with watching("--expected", str(expected), "--timeout", "90") as process:
        first = next_report(process)
        assert told(first)["dkim.not-published"] == "waiting"
        update(world, wrong, "CNAME", f"{TOKENS[0]}.dkim.amazonses.com.")
        second = next_report(process)
        assert told(second)["dkim.doubled-name"] == "problem", "a problem does not end it"
        update(world, wrong, "CNAME")
        publish_all(world, wanted)
        ran = ended(process)
    rest = reports(ran.out)
    assert ran.code == 0
    assert rest[-1]["level"] == "ok"
    shown = [json.dumps([(one["id"], one["level"], one["title"]) for one in each["findings"]]) for each in (first, second, *rest)]
    assert all(before != after for before, after in itertools.pairwise(shown))
    assert "next look" not in ran.err, "a progress line is for terminals"


def test_watching_what_is_well_already_ends_at_once(world: World, run: Run, expected: Path) -> None:
    publish_all(world, document())
    update(world, "_dmarc.example.com", "TXT")
    began = time.monotonic()
    ran = run("check", "--expected", str(expected), "--watch", "--format", "json")
    assert ran.code == 0
    assert [one["level"] for one in reports(ran.out)] == ["advice"]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("fault", "code"), [("missing", 4), ("doubled", 1), ("blocked", 3)])
def test_when_time_is_up_it_ends_as_the_last_look(world: World, run: Run, expected: Path, fault: str, code: int) -> None:
    if fault == "doubled":
        update(world, f"{TOKENS[0]}._domainkey.example.com.example.com", "CNAME", f"{TOKENS[0]}.dkim.amazonses.com.")
    began = time.monotonic()
    words = ("check", "--expected", str(expected), "--watch", "--timeout", "2", "--format", "json")
    changed = {"SESWIZARD_RESOLVERS": "127.0.0.1:9"} if fault == "blocked" else {}
    ran = run(*words, **changed)
    assert ran.code == code
    assert len(reports(ran.out)) == 1, "nothing changed"
    assert 2 <= time.monotonic() - began < 20


def test_a_time_of_nothing_is_one_look(world: World, run: Run, expected: Path) -> None:
    ran = run("check", "--expected", str(expected), "--watch", "--timeout", "0", "--format", "json")
    assert (ran.code, len(reports(ran.out))) == (4, 1)


def test_the_progress_line_is_there_on_a_terminal(world: World, expected: Path) -> None:
    with Terminal([*PRODUCT, "--expected", str(expected), "--watch", "--timeout", "30"]) as terminal:
        terminal.wait("next look in")
        assert b"\x1b[K" in terminal.raw
        publish_all(world, document())
        terminal.wait(r"example\.com \(eu-west-1\): ok")
        assert terminal.ended() == 0
        assert "next look in" not in terminal.screen, "it is taken away"


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_watch_that_is_interrupted_says_so_by_its_exit(expected: Path, sent: signal.Signals, code: int) -> None:
    with watching("--expected", str(expected)) as process:
        next_report(process)
        process.send_signal(sent)
        ran = ended(process)
    assert (ran.code if ran.code >= 0 else 128 - ran.code) == code, "as a shell sees it"


def bent(**changes: Any) -> str:
    """The records file with a field of its first record, or of itself, changed."""
    made = document().as_dict()
    for name, value in changes.items():
        (made if name in made else made["records"][0])[name] = value
    return json.dumps(made)


HOSTILE: dict[str, str] = {
    "an escape sequence for a name": bent(name="\x1b]0;owned\x07._domainkey.example.com"),
    "an escape sequence for a value": bent(value="\x1b[2Jtoken.dkim.amazonses.com"),
    "letters that turn the line around": bent(value="\u202etoken.dkim.amazonses.com"),
    "half a character": bent(value="\ud800.dkim.amazonses.com"),
    "a NUL": bent(value="a\0b"),
    "a value of 64 KB": bent(value="x" * 65_536),
    "lines of its own": bent(value="a.dkim.amazonses.com\nexample.com (eu-west-1): ok"),
    "a name without labels": bent(name="..."),
    "a name too long": bent(name="a" * 64 + "._domainkey.example.com"),
    "a name of many labels": bent(name="a." * 126 + "com"),
    "another domain's name": bent(name="x._domainkey.otherhost.com"),
    "the root": bent(name="."),
    "a number for a value": bent(value=1),
    "a list for a name": bent(name=["a"]),
    "another purpose": bent(purpose="\x1b[31mdkim"),
    "a huge priority": bent(priority=10**400),
    "a truth for a priority": bent(priority=True),
    "an escape sequence for the domain": bent(domain="\x1b[2J.com"),
    "an escape sequence for the region": bent(region="\x1b[2J"),
    "an escape sequence for the zone": bent(zone="\x1b[2J.com"),
    "old tokens that are none": bent()[:-1] + ', "previous_tokens": ["\\u001b[2J", "a.b", "' + "x" * 64 + '"]}',
    "many old tokens": bent()[:-1] + ', "previous_tokens": ' + json.dumps([f"token{n}" for n in range(50)]) + "}",
    "no number": bent(ttl=0)[:-1] + ', "x": NaN}',
    "far too deep": '{"schema":1,"x":' + "[" * 100_000 + "]" * 100_000 + "}",
    "a number of many digits": '{"schema":' + "1" * 5_000 + "}",
    "a byte order mark": "\ufeff" + bent(),
    "a record a hundred times": json.dumps(document().as_dict() | {"records": document().as_dict()["records"][:1] * 100}),
    "no records": json.dumps(document().as_dict() | {"records": []}),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_records_file_never_harms(world: World, run: Run, tmp_path: Path, how: str, form: str) -> None:
    file = tmp_path / "hostile.json"
    file.write_text(HOSTILE[how], encoding="utf-8", errors="surrogatepass")
    ran = run("check", "--expected", str(file), "--format", form)
    assert ran.code in (0, 1, 2, 3, 4)
    said = ran.out + ran.err
    assert all(char.isprintable() or char == "\n" for char in said)
    assert "\nexample.com (eu-west-1): ok" not in said
    if ran.code == 2:
        assert ran.out == ""
        assert len(ran.err.replace("Test addresses are in force (SESWIZARD_… variables).\n", "").strip().splitlines()) == 1
    elif form == "json":
        assert len(reports(ran.out)) == 1
