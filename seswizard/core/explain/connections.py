"""Connections that never came to be: a port that is held back, a host that does not exist, TLS the wrong way round.

https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html (ports and TLS), and the words of libc, OpenSSL, Postfix,
Python, PHP, Node, Java and Go for what goes wrong before a server can answer.
"""

import re

from seswizard.core.failure import Failure
from seswizard.core.regions import NO_SMTP, is_supported

_HOST = re.compile(r"\bemail-smtp(?:-fips)?\.([a-z]{2,5}(?:-[a-z]{2,12}){1,3}-\d{1,2})\.(?:amazonaws\.com|api\.aws)")
_MAIL = re.compile(
    r"(?i)smtp|mail|tls startup failed|command: '(?:CONN|API)'|[:=]\s?(?:25|465|587|2465|2587)\b|port (?:25|465|587|2465|2587)\b"
)
_WRONG_TLS = re.compile(
    r"wrong_version_number|wrong version number|unknown_protocol|packet length too long|not an ssl record"
    r"|first record does not look like a tls|unrecognized ssl message|unexpected tls packet"
)
_NO_TLS = re.compile(
    r"tls is required, but was not offered|starttls is required|must issue a starttls|starttls extension not supported"
    r"|\bunencrypted connection\b"
)
_NO_LOGIN = re.compile(
    r"smtp auth extension not supported|server does not support authentication|auth=client, available mechanisms do"
)
_NO_HANDSHAKE = re.compile(
    r"no appropriate protocol|cannot start tls|tls handshake fail|handshake_failure|handshake failure|sslhandshakeexception"
    r"|unsupported protocol"
)
_CERTIFICATE = re.compile(
    r"certificate verif(?:y|ication) failed|certificate not trusted|certificate is not trusted|certificate not verified"
    r"|unable to verify the first cert|cert_altname_invalid|self[- _]signed[- _]cert|did not match expected cn"
    r"|pkix path building failed|certificate is valid for .{1,255}, not |certificate signed by unknown authority"
)
_NO_NAME = re.compile(
    r"host or domain name not found|name or service not known|getaddrinfo|nodename nor servname|no such host|name resolution"
    r"|enotfound|could not resolve host|unknown smtp host|unknownhostexception"
)
_SILENT = re.compile(
    r"timed[- ]?out|connection timeout|connect timeout|i/o timeout|etimedout|econnrefused|connection refused"
    r"|network is unreachable|no route to host|host is unreachable|lost connection with .{1,255} while receiving the initial"
    r"|net::opentimeout|couldn't connect to (?:host|server)|\bcannot open \S{1,255}:(?:25|465|587|2465|2587)\b"
)
_PORT = re.compile(r"(?:\]|\bamazonaws\.com|\bport|\.\d{1,3}|[\"'])[: =,\"']{1,4}(25|465|587|2465|2587)\b")


def region_in(text: str) -> str:
    """The region whose SMTP endpoint the text names; empty for none."""
    found = _HOST.search(text[:200_000])
    return found[1] if found else ""


def speaks_of_mail(text: str) -> bool:
    """Whether a text is about mail at all: without that, a time-out is anybody's."""
    return bool(_MAIL.search(text))


def connection(text: str, region: str) -> Failure | None:
    """Why no conversation came to be, told by one line; None if the line does not say so."""
    low = text.lower()
    if _WRONG_TLS.search(low):
        return Failure(
            "explain.tls",
            "TLS begins in another way on that port.",
            text,
            "On 587, 2587 and 25 say STARTTLS; on 465 and 2465 TLS comes first (“SSL/TLS”, secure: true).",
        )
    if _NO_TLS.search(low):
        return Failure(
            "explain.tls",
            "TLS was asked for, and the server did not offer it.",
            text,
            "SES offers STARTTLS on 587, 2587 and 25: is that its host? On 465 and 2465 TLS comes first, without STARTTLS.",
        )
    if _NO_LOGIN.search(low):
        return Failure(
            "explain.no-mechanism",
            "The server offered no login that the program knows.",
            text,
            "SES offers AUTH PLAIN and LOGIN behind TLS: begin TLS first, then log in (465 and 2465 begin with TLS).",
        )
    if _CERTIFICATE.search(low):
        return Failure(
            "ports.certificate",
            "The server's certificate could not be checked.",
            text,
            "Install the system's root certificates and connect by SES's own name; else something stands between.",
        )
    if _NO_HANDSHAKE.search(low):
        return Failure(
            "explain.tls",
            "Program and server could not agree on TLS.",
            text,
            "SES speaks TLS 1.2 and 1.3: bring the program's TLS library up to date, and use STARTTLS on 587, 2587 and 25 only.",
        )
    if _NO_NAME.search(low):
        return _no_host(text, region_in(text) or region)
    if not _SILENT.search(low):
        return None
    port = _PORT.search(low)
    which = f"Port {port[1]} of the mail server" if port else "The mail server's port"
    why = " EC2 and many networks hold back port 25." if port and port[1] == "25" else ""
    return Failure(
        "ports.blocked",
        f"{which} cannot be reached from there.",
        text,
        f"Take 587 with STARTTLS, else 2587, 465 or 2465, which fewer networks block.{why}",
    )


def _no_host(text: str, region: str) -> Failure:
    if region in NO_SMTP:
        return Failure(
            "region.no-smtp",
            f"SES in {region} takes mail by API only; it has no SMTP endpoint there.",
            text,
            "Send with an AWS SDK, or set up in a region with SMTP, such as eu-west-1.",
        )
    if region and not is_supported(region):
        return Failure(
            "region.not-supported", f"There is no SES in {region}.", text, "Choose a region that has it, such as eu-west-1."
        )
    return Failure(
        "explain.no-host",
        "The mail server's name could not be found.",
        text,
        "SES's hosts are email-smtp.REGION.amazonaws.com: correct the name, or this machine's DNS.",
    )
