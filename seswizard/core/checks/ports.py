"""Which of SES's SMTP ports this network lets through."""

from collections.abc import Iterator, Sized
from datetime import datetime

from seswizard.core.checks.check import advice, problem
from seswizard.core.facts import Facts
from seswizard.core.findings import Evidence, Finding, Remedy
from seswizard.core.login import smtp_host
from seswizard.core.ports import FAMILIES, PortSeen, in_order, listed, open_ports, recommendation, shut_ports
from seswizard.core.reading import Seen

EC2_PORT_25 = "https://repost.aws/knowledge-center/ec2-port-25-throttle"


def ports(facts: Facts, seen: Seen[tuple[PortSeen, ...]]) -> Iterator[Finding]:
    """One finding for all of them: it names what is shut, what is open, and which one to use."""
    tried = seen.value
    shut, through = shut_ports(tried), open_ports(tried)
    # SES has a name of its own for IPv6; who uses the usual one never goes that way.
    usual = smtp_host(facts.region)
    half = [one for one in in_order(tried) if one.blocked and one.port in through and one.host in ("", usual)]
    if not shut and not half:
        return
    evidence = port_evidence(tried, facts.region, seen.at)
    if not through:
        yield problem(
            "ports.all-blocked",
            f"From here none of SES's SMTP ports is open: {listed(shut)} are blocked.",
            *evidence,
            remedy=Remedy(
                "Send by SES's API, go through a VPN or another network, or ask whoever runs this one to let 587 or 2587 out. "
                "On EC2 look at the security group's outbound rules; only port 25 is limited there by AWS itself, which "
                f"lifts that on request ({EC2_PORT_25})."
            ),
        )
        return
    yield advice("ports.blocked", _title(shut, half, through), *evidence, remedy=Remedy(_way_on(tried, shut)))


def _title(shut: tuple[int, ...], half: list[PortSeen], through: tuple[int, ...]) -> str:
    said = []
    if shut:
        said.append(f"{'port' if len(shut) == 1 else 'ports'} {listed(shut)} {_is(shut)} blocked")
    one_way = {family: [one.port for one in half if one.family == family] for family in FAMILIES}
    said += [f"{listed(some)} {_is(some)} blocked by IPv{family}" for family, some in one_way.items() if some]
    return f"From here {', '.join(said)}; {listed(through)} {_is(through)} open."


def _is(ports: Sized) -> str:
    return "is" if len(ports) == 1 else "are"


def _way_on(tried: tuple[PortSeen, ...], shut: tuple[int, ...]) -> str:
    text = recommendation(tried)
    if 25 in shut:
        text += (
            " Port 25 is shut on most networks and throttled on EC2 until AWS is asked to lift that "
            f"({EC2_PORT_25}); nobody needs it for SES."
        )
    return text


def port_evidence(
    tried: tuple[PortSeen, ...], region: str, at: datetime | None = None, *, times: bool = False
) -> tuple[Evidence, ...]:
    """One entry for each try; with `times`, how long it took and how the server greeted."""
    expected = "open, with SES's certificate"
    return tuple(
        Evidence(
            one.label,
            _said(one, times),
            "" if one.absent else expected,
            f"{one.host or smtp_host(region)}:{one.port}",
            at,
        )
        for one in in_order(tried)
    )


def _said(one: PortSeen, times: bool) -> str:
    if one.absent:
        return one.why_not
    said = [f"blocked: {one.why_not}" if one.blocked else f"open: {one.tls}"]
    if one.certificate:
        said.append(f"certificate {one.certificate}")
    if one.starttls:
        said.append("STARTTLS offered")
    if times:
        if one.connected is not None:
            said.append(f"connected in {one.connected:.2f} s")
        said.append(f"{one.seconds:.2f} s in all")
        said.append(f"address {one.address}")
        if one.banner:
            said.append(f"banner {one.banner}")
    return ", ".join(said)


def fine(facts: Facts) -> bool:
    """Whether `ports.ok` may be said: something was open."""
    return isinstance(facts.ports, Seen) and bool(open_ports(facts.ports.value))
