"""Signature version 4, checked for real: a wrong secret must fail in the demo as it fails in life.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,"
    r"\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What the Authorization header says."""

    key_id: str
    date: str
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str


def read(authorization: str) -> Signature | None:
    """Read the header; None if it is none of version 4."""
    found = _HEADER.fullmatch(authorization.strip())
    if not found:
        return None
    names = tuple(found["headers"].split(";"))
    return Signature(found["key"], found["date"], found["region"], found["service"], names, found["signature"])


def matches(said: Signature, secret: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the request was signed with this secret; `target` is path and query as they came, `headers` in lower case."""
    path, _, query = target.partition("?")
    payload = headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest()
    canonical = "\n".join(
        (
            method,
            quote(path, safe="/~"),
            "&".join(sorted(pair if "=" in pair else pair + "=" for pair in query.split("&") if pair)),
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in said.headers),
            "",
            ";".join(said.headers),
            payload,
        )
    )
    stamp = headers.get("x-amz-date", "")
    scope = f"{said.date}/{said.region}/{said.service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for term in (*scope.split("/"), text):
        key = hmac.new(key, term.encode(), hashlib.sha256).digest()
    return hmac.compare_digest(key.hex(), said.signature)
