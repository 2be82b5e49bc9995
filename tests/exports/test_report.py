"""A report as the contract's JSON, key by key, and as plain lines."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from seswizard.core.findings import Evidence, Finding, Level, Paste, Remedy, Report
from seswizard.exports.report import as_dict, to_json, to_text
from seswizard.exports.times import from_rfc3339, rfc3339
from tests.core.scene import NAMES, Scene
from tests.fakes import START

FOUND = Finding(
    "dkim.doubled-name",
    Level.PROBLEM,
    "dkim 1 was saved under a doubled name – Grüße.",
    (Evidence("a._domainkey.example.com", "no such name", "a.dkim.amazonses.com", "ns1 (192.0.2.53)", START), Evidence("b", "c")),
    Remedy("Put only this:", (Paste("a._domainkey.example.com", "CNAME", "a.dkim.amazonses.com", "a._domainkey"),)),
)
REPORT = Report(
    "example.com",
    "eu-west-1",
    (
        Finding("dns.ok", Level.OK, "Fine."),
        FOUND,
        Finding("sandbox.review-pending", Level.WAITING, "Wait.", remedy=Remedy("Nothing.", command="aws x")),
    ),
)


def test_a_report_is_exactly_the_object_of_the_contract() -> None:
    assert as_dict(REPORT) == {
        "schema": 1,
        "domain": "example.com",
        "region": "eu-west-1",
        "level": "problem",
        "findings": [
            {
                "id": "dns.ok",
                "topic": "dns",
                "step": "propagation",
                "level": "ok",
                "title": "Fine.",
                "evidence": [],
                "remedy": None,
            },
            {
                "id": "dkim.doubled-name",
                "topic": "dkim",
                "step": "propagation",
                "level": "problem",
                "title": "dkim 1 was saved under a doubled name – Grüße.",
                "evidence": [
                    {
                        "label": "a._domainkey.example.com",
                        "expected": "a.dkim.amazonses.com",
                        "seen": "no such name",
                        "source": "ns1 (192.0.2.53)",
                        "at": "2026-11-22T09:00:00Z",
                    },
                    {"label": "b", "expected": None, "seen": "c", "source": "", "at": None},
                ],
                "remedy": {
                    "text": "Put only this:",
                    "records": [
                        {
                            "host": "a._domainkey",
                            "name": "a._domainkey.example.com",
                            "type": "CNAME",
                            "value": "a.dkim.amazonses.com",
                            "priority": None,
                        }
                    ],
                    "command": None,
                },
            },
            {
                "id": "sandbox.review-pending",
                "topic": "sandbox",
                "step": "production",
                "level": "waiting",
                "title": "Wait.",
                "evidence": [],
                "remedy": {"text": "Nothing.", "records": [], "command": "aws x"},
            },
        ],
    }


def test_the_json_is_one_ascii_line() -> None:
    text = to_json(REPORT)
    assert text.isascii()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert json.loads(text) == as_dict(REPORT)


def test_the_text_says_the_level_first_worst_first_and_cuts_no_value() -> None:
    scene = Scene()
    scene.remove(NAMES[0], "CNAME")
    scene.instead("bounce.example.com", "MX", "mail.example.net", 20)
    lines = to_text(scene.report).splitlines()
    assert lines[0] == "example.com (eu-west-1): problem"
    assert lines[1].startswith("× problem ")
    assert "[dkim.removed]" in lines[1]
    assert "      Host: tokena._domainkey" in lines
    assert "      Value: 10 feedback-smtp.eu-west-1.amazonses.com" in lines
    assert any(line.endswith("says ns1.example.net (192.0.2.53)") for line in lines)
    levels = [line.split()[1] for line in lines[1:] if line[0] != " "]
    assert levels == sorted(levels, key=["problem", "unknown", "advice", "waiting", "ok"].index)


def test_a_report_without_a_region_and_findings_is_one_line() -> None:
    assert to_text(Report("example.com", "", ())) == "example.com: ok\n"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (START, "2026-11-22T09:00:00Z"),
        (START.replace(microsecond=999_999), "2026-11-22T09:00:00Z"),
        (datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=1))), "2026-11-22T09:00:00Z"),
        (None, None),
    ],
)
def test_times_are_utc_and_end_in_z(at: datetime | None, text: str | None) -> None:
    assert rfc3339(at) == text


def test_times_are_read_back() -> None:
    for text in ("2026-11-22T09:00:00Z", "2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00"):
        assert from_rfc3339(text) == START
    with pytest.raises(ValueError):
        from_rfc3339("yesterday")
