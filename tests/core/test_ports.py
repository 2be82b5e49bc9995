"""SES's ports as they look from here: what is said of them, and which one is recommended."""

from typing import get_args

import pytest

from seswizard.core.checks.ports import port_evidence
from seswizard.core.failure import Failure
from seswizard.core.login import PORTS
from seswizard.core.ports import (
    BEST_FIRST,
    FAMILIES,
    Family,
    PortSeen,
    in_order,
    open_ports,
    recommendation,
    recommended,
    shut_ports,
)
from seswizard.core.reading import Unseen
from tests.core.scene import Scene
from tests.fakes import REGION, START

HOST = f"email-smtp.{REGION}.amazonaws.com"
ALL = frozenset(BEST_FIRST)


def through(port: int, family: Family = 4) -> PortSeen:
    return PortSeen(port, family, HOST, "192.0.2.1", 0.02, "TLS 1.3", HOST, starttls=True, banner="ESMTP", seconds=0.1)


def shut(port: int, family: Family = 4, why: str = "no answer in time") -> PortSeen:
    return PortSeen(port, family, HOST, "192.0.2.1", seconds=5.0, why_not=why)


def absent(port: int) -> PortSeen:
    return PortSeen(port, 6, HOST, why_not="no IPv6 address", absent=True)


def network(*opened: int) -> tuple[PortSeen, ...]:
    """IPv4 with these ports open, and no IPv6."""
    return tuple(one for port in BEST_FIRST for one in (through(port) if port in opened else shut(port), absent(port)))


@pytest.mark.parametrize(
    ("opened", "best", "line"),
    [
        (ALL, 587, "Use port 587 with STARTTLS."),
        (ALL - {25}, 587, "Use port 587 with STARTTLS."),
        (ALL - {587}, 2587, "Use port 2587 with STARTTLS, for 587 is blocked here."),
        ({465, 25}, 465, "Use port 465 with TLS from the start, for 587 and 2587 are blocked here."),
        ({2465}, 2465, "Use port 2465 with TLS from the start, for 587, 2587 and 465 are blocked here."),
        ({25}, 25, "Use port 25 with STARTTLS, for 587, 2587, 465 and 2465 are blocked here."),
        (set(), None, "No port is open from here; send by SES's API, or from another network."),
    ],
)
def test_the_recommendation_is_one_line(opened: set[int], best: int | None, line: str) -> None:
    assert recommended(network(*opened)) == best
    assert recommendation(network(*opened)) == line
    assert set(open_ports(network(*opened))) == opened
    assert set(shut_ports(network(*opened))) == ALL - opened


def test_every_port_of_ses_has_its_place() -> None:
    assert {port for port, _ in PORTS} == ALL
    assert get_args(Family) == FAMILIES
    assert [one.port for one in in_order(network())][::2] == [port for port, _ in PORTS]


@pytest.mark.parametrize(
    ("seen", "expected", "title"),
    [
        (network(*ALL), {}, ""),
        (
            network(*ALL - {25}),
            {"ports.blocked": "advice"},
            "From here port 25 is blocked; 587, 2587, 465 and 2465 are open.",
        ),
        (network(2465), {"ports.blocked": "advice"}, "From here ports 587, 2587, 465 and 25 are blocked; 2465 is open."),
        (
            network(),
            {"ports.all-blocked": "problem"},
            "From here none of SES's SMTP ports is open: 587, 2587, 465, 2465 and 25 are blocked.",
        ),
        (
            (*network(*ALL), shut(587, 6)),
            {"ports.blocked": "advice"},
            "From here 587 is blocked by IPv6; 587, 2587, 465, 2465 and 25 are open.",
        ),
        ((shut(587), through(587, 6)), {"ports.blocked": "advice"}, "From here 587 is blocked by IPv4; 587 is open."),
    ],
    ids=["all open", "25", "one is left", "none", "half of one", "the other half"],
)
def test_one_finding_names_what_is_shut_and_what_is_open(
    seen: tuple[PortSeen, ...], expected: dict[str, str], title: str
) -> None:
    scene = Scene(ports=seen)
    assert scene.levels == expected
    assert scene.report.has("ports.ok") is not bool(expected)
    for ident in expected:
        finding = scene.finding(ident)
        assert finding.title == title
        assert len(finding.evidence) == len(seen)
        assert finding.remedy


def test_ses_has_a_name_of_its_own_for_ipv6_and_who_uses_the_usual_one_never_goes_there() -> None:
    elsewhere = PortSeen(587, 6, "email-smtp.eu-west-1.api.aws", "2001:db8::1", why_not="no answer in time")
    assert Scene(ports=(through(587), elsewhere)).levels == {}


def test_no_ipv6_is_never_counted() -> None:
    scene = Scene(ports=network(*ALL - {25}))
    said = {one.label: one for one in scene.finding("ports.blocked").evidence}
    assert said["587 IPv6"].seen == "no IPv6 address"
    assert not said["587 IPv6"].expected
    assert said["25 IPv4"].seen == "blocked: no answer in time"
    assert said["587 IPv4"].seen == f"open: TLS 1.3, certificate {HOST}, STARTTLS offered"
    assert said["587 IPv4"].source == f"{HOST}:587"


def test_times_and_banner_are_told_where_they_are_asked_for_only() -> None:
    """A report that is compared with the last one must not change with the weather."""
    told = port_evidence((through(587),), REGION, START, times=True)[0].seen
    assert told.endswith("connected in 0.02 s, 0.10 s in all, address 192.0.2.1, banner ESMTP")
    assert " s" not in port_evidence((through(587),), REGION)[0].seen


def test_ec2_and_the_way_round_are_explained() -> None:
    some, none = Scene(ports=network(*ALL - {25})), Scene(ports=network())
    for scene, ident in ((some, "ports.blocked"), (none, "ports.all-blocked")):
        remedy = scene.finding(ident).remedy
        assert remedy
        assert "EC2" in remedy.text
        assert "ec2-port-25-throttle" in remedy.text
    spared = Scene(ports=network(*ALL - {465})).finding("ports.blocked").remedy
    assert spared
    assert "EC2" not in spared.text


def test_what_was_not_looked_at_is_no_finding_and_what_could_not_be_is_unknown() -> None:
    assert not {one.topic for one in Scene(unasked={"ports"}).report.findings} & {"ports"}
    assert not Scene(sends_by="sdk", ports=network()).report.has("ports.all-blocked")
    blind = Scene(unseen={"ports": Unseen(Failure("dns.blocked", "Could not look."), "smtp", START)})
    assert blind.levels == {"dns.blocked": "unknown"}
    assert not blind.report.has("ports.ok")
