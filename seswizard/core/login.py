"""The SMTP login: where SES listens, and how its password is made from an access key's secret.

Source: https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html (password),
https://docs.aws.amazon.com/general/latest/gr/ses.html (regions with an SMTP endpoint).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from seswizard.core.failure import Failure
from seswizard.core.secret import Secret

TlsMode = Literal["starttls", "tls"]

PORTS: tuple[tuple[int, TlsMode], ...] = (
    (587, "starttls"),
    (465, "tls"),
    (2587, "starttls"),
    (2465, "tls"),
    (25, "starttls"),
)
"""Every SMTP port of SES with its way to TLS, the recommended one first."""

SMTP_REGIONS: frozenset[str] = frozenset(
    """us-east-1 us-east-2 us-west-1 us-west-2 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1
    ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1 us-gov-east-1
    us-gov-west-1""".split()
)
"""The regions in which SES has an SMTP endpoint; the others take mail by API only."""


@dataclass(frozen=True, slots=True)
class Login:
    """An SMTP login as a keep holds it."""

    username: str
    """The access key id."""
    password: Secret
    """The derived password, never the access key's secret."""


TRIAL = Login("seswizard-trial", Secret("this is no password"))
"""What is put into a keep that can only be proven by a real write, before any key exists; read as nothing."""


@dataclass(frozen=True, slots=True)
class Keep:
    """A place that keeps passwords."""

    name: str
    """In a person's words: `Secret Service`, `a throw-away keyring`."""
    usable: bool
    reason: str = ""
    """Why not, one sentence."""
    remedy: str = ""
    """What makes it usable, one sentence."""
    command: str = ""
    """The one command that does."""

    @classmethod
    def unusable(cls, name: str, failure: Failure) -> "Keep":
        """A place that refuses, in its own words."""
        return cls(name, False, failure.title, failure.remedy, failure.command)


def smtp_host(region: str) -> str:
    """The SMTP endpoint of a region; the same name in every partition that has one."""
    return f"email-smtp.{region}.amazonaws.com"


def tls_mode(port: int) -> TlsMode:
    """How TLS begins on a port of SES.

    Raises:
        KeyError: SES does not listen there.
    """
    return dict(PORTS)[port]


def smtp_password(secret: Secret, region: str) -> Secret:
    """The SMTP password of an access key's secret in a region: 44 characters beginning with `B`.

    Signature version 4 over fixed terms, with the version byte 0x04 in front
    (https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html#smtp-credentials-convert).
    """
    key = f"AWS4{secret.reveal()}".encode()
    for term in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        key = hmac.new(key, term.encode(), hashlib.sha256).digest()
    return Secret(base64.b64encode(b"\x04" + key).decode())
