"""A DKIM key record tag by tag (RFC 6376 §3.6.1), and the CNAME by which SES publishes it."""

import base64
import binascii
import re
from collections.abc import Iterator

from seswizard.core.explain.kinds import told
from seswizard.core.findings import Evidence, Finding, Paste

_SIZES = ((150, 170, 1024), (280, 300, 2048), (410, 430, 3072), (540, 560, 4096))
"""Lengths in bytes of an RSA key as SubjectPublicKeyInfo, and its bits."""
_RFC = "RFC 6376 §3.6.1"


def is_dkim(text: str) -> bool:
    """Whether a TXT value is a key record."""
    low = text.lower().lstrip()
    return low.startswith("v=dkim1") or bool(
        re.match(r"(?:[a-z]{1,2}=[^;]{0,60};\s{0,8}){0,6}p=(?:[A-Za-z0-9+/=\s]{40,}|;?\s{0,8}$)", text.lstrip())
    )


def dkim_record(name: str, text: str) -> Iterator[Finding]:
    """Every tag with its meaning, and what makes the key useless."""
    tags = [
        (tag.strip().lower(), value.strip())
        for tag, mark, value in (part.partition("=") for part in text.split(";")[:50])
        if mark
    ]
    values = dict(tags)
    kind = values.get("k", "rsa").lower()
    evidence = tuple(
        Evidence(tag if tag == "p" else f"{tag}={value}", _meaning(tag, value, kind), source=_RFC) for tag, value in tags
    )
    where = f" at {name}" if name else ""
    yield told(
        "explain.record", f"A DKIM key record{where}: with this key receivers check the signatures of your mail.", *evidence
    )
    key = "".join(values.get("p", "").split())
    if "p" in values and not key:
        title = "The key is revoked: p= is empty, so no signature with this selector counts."
        yield told(
            "explain.dkim-revoked",
            title,
            Evidence("p", "empty", "the public key", _RFC),
            do="Publish the key again, or sign with another selector.",
        )
    elif "p" not in values or _size(key, kind) is None:
        seen = "not there" if "p" not in values else "no key that can be read"
        yield told(
            "explain.dkim-broken",
            "The public key cannot be read, so no signature with this selector counts.",
            Evidence("p", seen, "base64 of an RSA or Ed25519 key, without PEM lines", _RFC),
            do="Publish the whole key: DNS hosts often cut it at 255 characters instead of splitting it into several strings.",
        )
    if "y" in values.get("t", "").split(":"):
        title = "t=y says that this is a test: receivers may treat the signature as if it were not there."
        yield told("explain.dkim-testing", title, Evidence("t", values["t"], "", _RFC), do="Take y out of t once it works.")


def dkim_cname(name: str, target: str, more: str = "") -> Iterator[Finding]:
    """The record by which SES publishes the key for you, and what a DNS host has appended to either end of it.

    `more` is what stands behind the target.
    """
    domain = name.partition("._domainkey.")[2].rstrip(".").lower()
    half = domain[: len(domain) // 2]
    if more:
        yield told(
            "dkim.target-appended",
            f"The target of {name} has {more.strip('.')} behind it: the DNS host appended that.",
            Evidence(name, target + more, target, "CNAME"),
            do="Write the target with a dot at its end, or as the host's page wants a whole name.",
            records=(Paste(name, "CNAME", target),),
        )
    if domain == f"{half}.{half}":
        right = name[: -len(half) - 1]
        yield told(
            "dkim.doubled-name",
            f"The name has {half} twice: the DNS host appended it to a name that was whole.",
            Evidence("name", name, right, "CNAME"),
            do="Write the name without the domain, for the host appends it:",
            records=(Paste(right, "CNAME", target),),
        )
    if more or domain == f"{half}.{half}":
        return
    yield told(
        "explain.record",
        f"A DKIM CNAME of Easy DKIM: {name} leads to the key that SES keeps and renews.",
        Evidence(name.split(".")[0], "the token that SES gave; three of them belong to a domain", source="SES"),
        Evidence(target, "the key's place; the zone must be the one that SES named for your region", source="SES"),
        do="Name and target must be as SES gave them: seswizard check compares them.",
    )


def _meaning(tag: str, value: str, kind: str) -> str:
    if tag == "p":
        size = _size("".join(value.split()), kind)
        return "the public key" if not size else f"the public key, {size}"
    return {
        "v": "the version",
        "k": f"the kind of key: {value}",
        "h": f"the digests that are allowed: {value}",
        "n": "a note for people",
        "s": "for which services; * is all, email is mail",
        "t": "flags: y is a test, s forbids subdomains in i=",
        "g": "once a limit to one address; no longer looked at",
    }.get(tag, "no tag of DKIM that is known; receivers pass it over")


def _size(key: str, kind: str) -> str | None:
    """How long the key is; None if it cannot be read."""
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind == "ed25519":
        return "Ed25519" if len(raw) in (32, 44) else None
    bits = next((bits for low, high, bits in _SIZES if low <= len(raw) <= high), None)
    if bits:
        return f"RSA with {bits} bits"
    return f"{len(raw)} bytes" if raw[:1] == b"\x30" and len(raw) > 90 and _whole(raw) else None


def _whole(raw: bytes) -> bool:
    """Whether a DER sequence is as long as it says."""
    if len(raw) < 4 or raw[1] != 0x82:
        return len(raw) > 3 and raw[1] == 0x81 and raw[2] + 3 == len(raw)
    return int.from_bytes(raw[2:4], "big") + 4 == len(raw)
