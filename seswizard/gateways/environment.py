"""The SESWIZARD_ variables that point us at other servers, as one frozen value.

They exist for the embedded world and for tests, so they are taken for loopback addresses only: a left-over variable
must never send a login elsewhere, nor add a root of trust to a connection with the real SES.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from seswizard.core.answers import Server
from seswizard.core.failure import BadInputError
from seswizard.core.text import printable

RESOLVERS = "SESWIZARD_RESOLVERS"
DNS_PORT = "SESWIZARD_DNS_PORT"
SMTP_HOST = "SESWIZARD_SMTP_HOST"
SMTP_PORT_OFFSET = "SESWIZARD_SMTP_PORT_OFFSET"
CA_FILE = "SESWIZARD_CA_FILE"
SES_GAP = "SESWIZARD_SES_GAP"
NAMES: tuple[str, ...] = (RESOLVERS, DNS_PORT, SMTP_HOST, SMTP_PORT_OFFSET, CA_FILE, SES_GAP)
_LONGEST_GAP = 10.0


@dataclass(frozen=True, slots=True)
class Overrides:
    """Where to turn instead of the real servers."""

    resolvers: tuple[Server, ...] = ()
    dns_port: int = 53
    smtp_host: str | None = None
    """Where TCP goes; the certificate is still checked for SES's name."""
    smtp_port_offset: int = 0
    ca_file: Path | None = None
    ses_gap: float | None = None
    """Seconds between two control calls, where they go to a world of this machine; None for SES's own."""
    names: tuple[str, ...] = ()
    """The variables in force."""


def overrides(environment: Mapping[str, str]) -> Overrides:
    """Read the variables.

    Raises:
        BadInputError: one is malformed, or is not about a loopback address.
    """
    given = {name: environment[name].strip() for name in NAMES if environment.get(name, "").strip()}
    for name, needs in ((DNS_PORT, RESOLVERS), (SMTP_PORT_OFFSET, SMTP_HOST), (CA_FILE, SMTP_HOST)):
        if name in given and needs not in given:
            raise BadInputError(f"{name} works only together with {needs}.")
    ca_file = Path(given[CA_FILE]) if CA_FILE in given else None
    if ca_file and not ca_file.is_file():
        raise BadInputError(f"{CA_FILE} names no file: {printable(str(ca_file))}.")
    return Overrides(
        resolvers=_resolvers(given.get(RESOLVERS, "")),
        dns_port=_number(DNS_PORT, given.get(DNS_PORT, "53"), 65_535),
        smtp_host=_loopback(SMTP_HOST, given[SMTP_HOST]) if SMTP_HOST in given else None,
        smtp_port_offset=_number(SMTP_PORT_OFFSET, given.get(SMTP_PORT_OFFSET, "0"), 60_000),
        ca_file=ca_file,
        ses_gap=_gap(given[SES_GAP], environment) if SES_GAP in given else None,
        names=tuple(given),
    )


def _gap(text: str, environment: Mapping[str, str]) -> float:
    """The gap as given; the real SES keeps its own pace, so it is taken only where its calls stay on this machine."""
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").strip().lower() == "true":
        raise BadInputError(f"{SES_GAP} works only together with AWS_ENDPOINT_URL, which is ignored here.")
    endpoint = environment.get("AWS_ENDPOINT_URL_SESV2") or environment.get("AWS_ENDPOINT_URL") or ""
    try:
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise BadInputError(f"{SES_GAP} works only together with AWS_ENDPOINT_URL.")
    _loopback(SES_GAP, host)
    if not re.fullmatch(r"\d{1,2}(?:\.\d{1,3})?", text, re.ASCII) or float(text) > _LONGEST_GAP:
        raise BadInputError(f"{SES_GAP} wants seconds up to {_LONGEST_GAP:g}, such as 0.1, not {printable(text)[:40]}.")
    return float(text)


def _resolvers(text: str) -> tuple[Server, ...]:
    servers: list[Server] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})", part)
        if not found:
            raise BadInputError(f"{RESOLVERS} wants ip:port or [ip6]:port, not {printable(part)}.")
        address = _loopback(RESOLVERS, found[1] or found[2])
        name = address if servers else "system resolver"
        servers.append(Server(name, address, _number(RESOLVERS, found[3], 65_535)))
    return tuple(servers)


def _loopback(name: str, text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        raise BadInputError(f"{name} wants an IP address, not {printable(text)}.") from None
    if not address.is_loopback:
        raise BadInputError(f"{name} is taken for loopback addresses only, not {address}.")
    return str(address)


def _number(name: str, text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise BadInputError(f"{name} wants a number up to {most}, not {printable(text)}.")
    return int(text)
