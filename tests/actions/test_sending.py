"""Which way a message goes from here, and why."""

from dataclasses import replace

import pytest

from seswizard.actions.sending import sending_to, why_api
from seswizard.core.facts import Facts
from seswizard.core.names import DomainName
from seswizard.core.ports import PortSeen
from seswizard.core.reading import Seen
from seswizard.core.remembered import DomainChoices
from seswizard.look.session import Session
from tests.core.scene import Scene
from tests.fakes import START
from tests.tui.fakes import World

OPEN, SHUT, ABSENT = PortSeen(2587, 4), PortSeen(587, 4, why_not="no answer in 5 s"), PortSeen(587, 6, absent=True)


def session(region: str = "eu-west-1", sends_by: str = "smtp", ports: tuple[PortSeen, ...] | None = None) -> Session:
    facts: Facts = Scene().facts()
    facts = replace(facts, ports=Seen(ports, "this machine", START)) if ports is not None else facts
    name = DomainName("example.com")
    return Session(World().services(region), name, DomainChoices(str(name), region, sends_by=sends_by), facts)


@pytest.mark.parametrize(
    ("known", "why", "port"),
    [
        pytest.param(session(), "", 587, id="the ports were not tried"),
        pytest.param(session(ports=(SHUT, OPEN)), "", 2587, id="the port that is open"),
        pytest.param(session(ports=(SHUT,)), "no SMTP port is open from here", 587, id="all shut"),
        pytest.param(session(ports=(ABSENT,)), "", 587, id="there was nothing to try"),
        pytest.param(session(sends_by="sdk", ports=(OPEN,)), "your program sends by an SDK", 2587, id="by an SDK"),
        pytest.param(session("us-east-1"), "", 587, id="a region with SMTP"),
        pytest.param(session("eu-south-1"), "SES has no SMTP endpoint in eu-south-1", 587, id="a region without"),
    ],
)
def test_the_way_of_a_message(known: Session, why: str, port: int) -> None:
    assert why_api(known) == why
    sending = sending_to(known, "complaint")
    assert (sending.to, sending.via, sending.port) == ("complaint", "api" if why else "smtp", port)
    assert sending_to(known, via="api").via == "api"
