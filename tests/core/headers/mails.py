"""Mail as SES sends it, signed twice by dkimpy with test keys; mangled in transit; and judged as receivers write it down.

What a receiver writes here is what dkimpy found, never what the test hopes for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import dkim  # type: ignore[import-untyped]  # dkimpy carries no types
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from seswizard.core.names import within

TOKEN, SES_SELECTOR = "q7example1h5n3bwvx6rjd2mtp4cyu2a", "shh3fegwg5fppqsuzphvschd53n6ihuv"
BODY = b"Hello,\r\n\r\nyour order is on its way.  \r\nAnn\r\n\r\n"
COVERED = [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"list-unsubscribe", b"list-unsubscribe-post"]
HEADER = (
    b"From: Ann <ann@example.com>\r\nTo: someone@example.net\r\nSubject: Your order 4711 is on its way to you and yours\r\n"
    b"Date: Sun, 22 Nov 2026 09:00:00 +0000\r\nMessage-ID: <0102@eu-west-1.amazonses.com>\r\nMIME-Version: 1.0\r\n"
    b"List-Unsubscribe: <mailto:u@example.com>, <https://example.com/u?id=1>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)


@cache
def key(selector: str) -> tuple[bytes, bytes]:
    """A private key as PEM, and its DNS record."""
    made = rsa.generate_private_key(65537, 1024)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; p=" + b"".join(public.splitlines()[1:-1])


def txt(name: bytes, timeout: int = 5) -> bytes | None:
    """The DNS function that dkimpy asks for keys."""
    selector, _, domain = name.decode().rstrip(".").partition("._domainkey.")
    return key(selector)[1] if (selector, domain) in ((TOKEN, "example.com"), (SES_SELECTOR, "amazonses.com")) else None


def signed(header: bytes = HEADER, body: bytes = BODY, canonical: tuple[bytes, bytes] = (b"relaxed", b"simple")) -> bytes:
    """The mail with SES's two signatures on top, the domain's first."""
    mail = header + b"\r\n" + body
    made = [
        dkim.sign(mail, selector.encode(), domain, key(selector)[0], canonicalize=canonical, include_headers=COVERED)
        for selector, domain in ((TOKEN, b"example.com"), (SES_SELECTOR, b"amazonses.com"))
    ]
    return b"".join(made) + mail


@dataclass(frozen=True, slots=True)
class Verified:
    """What dkimpy says of one signature."""

    domain: str
    selector: str
    start: str
    holds: bool


def verified(mail: bytes) -> list[Verified]:
    """Every signature, from the top down."""
    found = []
    for place, one in enumerate(re.findall(rb"(?:\A|\n)DKIM-Signature:((?:[^\n]|\n[ \t])*)", mail)):
        given = dict(part.strip().split("=", 1) for part in "".join(one.decode().split()).split(";") if "=" in part)
        try:
            holds = dkim.DKIM(mail).verify(place, txt)
        except dkim.DKIMException:
            holds = False
        found.append(Verified(given["d"], given["s"], given["b"][:8], holds))
    return found


MANGLES: dict[str, Callable[[bytes], bytes]] = {
    "untouched": lambda mail: mail,
    "footer": lambda mail: b"List-Id: <l.lists.example.org>\r\n" + mail + b"-- \r\nlist footer\r\n",
    "subject": lambda mail: mail.replace(b"Subject: Your", b"Subject: [list] Your"),
    "from": lambda mail: mail.replace(b"Ann <ann@example.com>", b"Ann via List <l@lists.example.org>"),
    "unsigned": lambda mail: _without(_without(mail, 0), 0),
    "second only": lambda mail: _without(mail, 0),
    "own only": lambda mail: _without(mail, 1),
    "refolded": lambda mail: mail.replace(b"is on its way to you", b"is on\r\n\t its way to you", 1),
    "blanks": lambda mail: mail.replace(b"way.  \r\n", b"way.\r\n"),
}


def _without(mail: bytes, place: int) -> bytes:
    starts = [found.start() for found in re.finditer(rb"(?:^)DKIM-Signature:", mail, re.MULTILINE)]
    end = re.compile(rb"\r\n(?![ \t])").search(mail, starts[place])
    assert end
    return mail[: starts[place]] + mail[end.end() :]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receiver found out."""

    signatures: list[Verified]
    mail_from: str
    author: str
    spf: str = "pass"

    @property
    def dmarc(self) -> str:
        """Relaxed, one organisation a name of two labels."""
        passed = [one.domain for one in self.signatures if one.holds] + ([self.mail_from] if self.spf == "pass" else [])
        organisation = ".".join(self.author.split(".")[-2:])
        return "pass" if any(within(one, organisation) for one in passed) else "fail"


def checked(mail: bytes, mail_from: str = "bounce.example.com", spf: str = "pass") -> Checked:
    """Check a mail as a receiver does."""
    author = re.search(rb"^From: [^<]*<[^@]*@([^>]*)>", mail, re.MULTILINE)
    assert author
    return Checked(verified(mail), mail_from, author[1].decode(), spf)


def gmail(seen: Checked) -> str:
    """As Gmail does: its own hop on top, an ARC set, the border hop, then its results; `neutral` for a hash that is off."""
    results = [
        f"dkim={'pass' if one.holds else 'neutral (body hash did not verify)'} header.i=@{one.domain} header.s={one.selector}"
        f' header.b="{one.start}"'
        for one in seen.signatures
    ]
    results.append(
        f"spf={seen.spf} (google.com: domain of 0102@{seen.mail_from} designates 192.0.2.1 as permitted sender)"
        f" smtp.mailfrom=0102@{seen.mail_from}"
    )
    results.append(f"dmarc={seen.dmarc} (p=NONE sp=NONE dis=NONE) header.from={seen.author}")
    lines = ";\r\n       ".join(["mx.google.com", *results])
    return (
        "Delivered-To: someone@gmail.com\r\n"
        "Received: by 2002:a05:6000:1a88:b0:3a5 with SMTP id f8csp1;\r\n        Sun, 22 Nov 2026 01:02:03 -0800 (PST)\r\n"
        f"ARC-Authentication-Results: i=1; {lines}\r\nReturn-Path: <0102@{seen.mail_from}>\r\n"
        "Received: from a8-31.smtp-out.amazonses.com (a8-31.smtp-out.amazonses.com. [192.0.2.1])\r\n"
        "        by mx.google.com with ESMTPS id d75\r\n        for <someone@gmail.com>\r\n"
        "        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n        Sun, 22 Nov 2026 01:02:03 -0800\r\n"
        f"Received-SPF: {seen.spf} (google.com: …) client-ip=192.0.2.1;\r\nAuthentication-Results: {lines}\r\n"
    )


def microsoft(seen: Checked) -> str:
    """As Microsoft does: no server name, an `action` that is no property, and only the first signature."""
    first = next((one for one in seen.signatures if one.holds), next(iter(seen.signatures), None))
    said = "none (message not signed)\r\n header.d=none"
    if first:
        said = (
            f"{'pass (signature was verified)' if first.holds else 'fail (body hash did not verify)'}\r\n header.d={first.domain}"
        )
    return (
        "Received: from AM0PR04.eurprd04.prod.outlook.com (2603::1) by\r\n AM9PR04.eurprd04.prod.outlook.com with HTTPS;\r\n"
        " Sun, 22 Nov 2026 09:02:03 +0000\r\n"
        f"Authentication-Results: spf={seen.spf} (sender IP is 192.0.2.1)\r\n smtp.mailfrom={seen.mail_from}; dkim={said};"
        f"dmarc={seen.dmarc} action=none\r\n header.from={seen.author};compauth=pass reason=100\r\n"
        "Received: from a8-31.smtp-out.amazonses.com (192.0.2.1) by\r\n AM4EUR03FT012.mail.protection.outlook.com (10.152.8.1)"
        " with Microsoft SMTP\r\n Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20; \r\n"
        f" Sun, 22 Nov 2026 09:02:02 +0000\r\nReturn-Path: 0102@{seen.mail_from}\r\n"
    )


def yahoo(seen: Checked) -> str:
    """As Yahoo does: comments without a space before them."""
    results = [
        f"dkim={'pass' if one.holds else 'perm_fail'} header.i=@{one.domain} header.s={one.selector}" for one in seen.signatures
    ] or ["dkim=unknown"]
    results += [f"spf={seen.spf} smtp.mailfrom={seen.mail_from}", f"dmarc={seen.dmarc}(p=NONE) header.from={seen.author}"]
    return (
        f"X-Apparently-To: someone@yahoo.com; Sun, 22 Nov 2026 09:02:03 +0000\r\nReturn-Path: <0102@{seen.mail_from}>\r\n"
        "Authentication-Results: atlas-production.v2-mail-prod1-gq1.omega.yahoo.com;\r\n " + ";\r\n ".join(results) + "\r\n"
        "Received: from 192.0.2.1 (EHLO a8-31.smtp-out.amazonses.com)\r\n by 10.196.1.1 with SMTPs\r\n"
        " (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256); Sun, 22 Nov 2026 09:02:03 +0000\r\n"
    )


def postfix(seen: Checked) -> str:
    """As Postfix with opendkim, opendmarc and a policy server for SPF does: a field each."""
    results = [
        f"dkim={'pass' if one.holds else 'fail'} (1024-bit key; unprotected) header.d={one.domain} header.i=@{one.domain}"
        f' header.a=rsa-sha256 header.s={one.selector} header.b="{one.start}"'
        for one in seen.signatures
    ]
    field = "Authentication-Results: mx.example.net;\r\n\t" + ";\r\n\t".join(results) + ";\r\n\tdkim-atps=neutral\r\n"
    return (
        f"Return-Path: <0102@{seen.mail_from}>\r\n"
        f"Authentication-Results: mx.example.net; dmarc={seen.dmarc} (p=none dis=none) header.from={seen.author}\r\n"
        f"{field if results else ''}"
        f"Received-SPF: {seen.spf.title()} (mailfrom) identity=mailfrom; client-ip=192.0.2.1;\r\n"
        f" helo=a8-31.smtp-out.amazonses.com; envelope-from=0102@{seen.mail_from}; receiver=<UNKNOWN>\r\n"
        "Received: from a8-31.smtp-out.amazonses.com (a8-31.smtp-out.amazonses.com [192.0.2.1])\r\n"
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n\t key-exchange X25519)\r\n"
        "\t(No client certificate requested)\r\n\tby mx.example.net (Postfix) with ESMTPS id 4ABC\r\n"
        "\tfor <someone@example.net>; Sun, 22 Nov 2026 09:02:03 +0000 (UTC)\r\n"
    )


def fastmail(seen: Checked) -> str:
    """As Fastmail does: a dozen methods, its own among them."""
    results = [
        f"dkim={'pass' if one.holds else 'fail'} (1024-bit rsa key sha256; {'' if one.holds else 'body hash mismatch'})"
        f" header.d={one.domain}\r\n    header.i=@{one.domain} header.b={one.start} header.a=rsa-sha256\r\n"
        f"    header.s={one.selector} x-bits=1024"
        for one in seen.signatures
    ] or ["dkim=none (no signatures found)"]
    results = [
        "arc=none (no signatures found)", "bimi=skipped (DMARC Policy is not at enforcement)", *results,
        f"dmarc={seen.dmarc} policy.published-domain-policy=none\r\n    policy.applied-disposition=none"
        f" (p=none,d=none,d.eval=none)\r\n    policy.policy-from=p header.from={seen.author}",
        "iprev=pass smtp.remote-ip=192.0.2.1 (a8-31.smtp-out.amazonses.com)",
        f"spf={seen.spf} smtp.mailfrom=0102@{seen.mail_from}\r\n    smtp.helo=a8-31.smtp-out.amazonses.com",
        "x-tls=pass smtp.version=TLSv1.3 smtp.cipher=TLS_AES_256_GCM_SHA384\r\n    smtp.bits=256/256", "x-vs=clean score=0",
    ]  # fmt: skip
    return (
        f"Return-Path: <0102@{seen.mail_from}>\r\nReceived: from phl-mx-01.internal (phl-mx-01.internal [10.202.2.1])\r\n"
        "\tby sloti1 (Cyrus) with LMTPA; Sun, 22 Nov 2026 04:02:03 -0500\r\n"
        "Received: from phl-mx-01.messagingengine.com ([10.202.2.200])\r\n  by phl-compute (LMTPProxy); Sun, 22 Nov 2026\r\n"
        "ARC-Authentication-Results: i=1; mx1.messagingengine.com; dkim=fail; spf=fail\r\n"
        "Authentication-Results: mx1.messagingengine.com;\r\n    " + ";\r\n    ".join(results) + "\r\n"
        "Received: from a8-31.smtp-out.amazonses.com (a8-31.smtp-out.amazonses.com [192.0.2.1])\r\n"
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n"
        "\tby mx1.messagingengine.com (Postfix) with ESMTPS id 1\r\n\tfor <someone@fastmail.com>; Sun, 22 Nov 2026\r\n"
    )


RECEIVERS: dict[str, Callable[[Checked], str]] = {
    "gmail": gmail,
    "microsoft": microsoft,
    "yahoo": yahoo,
    "postfix": postfix,
    "fastmail": fastmail,
}


def delivered(mail: bytes, receiver: str, mail_from: str = "bounce.example.com", spf: str = "pass") -> bytes:
    """The mail as it lies in a mailbox of this receiver."""
    return RECEIVERS[receiver](checked(mail, mail_from, spf)).encode() + mail
