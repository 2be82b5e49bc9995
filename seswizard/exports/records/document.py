"""The records document: what `records` says and `check` reads back (CONTRACT §3, schema 1)."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seswizard.core.names import BadNameError, DomainName, within
from seswizard.core.records import PURPOSES, TTL, Record
from seswizard.core.text import printable
from seswizard.exports.times import from_rfc3339, rfc3339

SCHEMA = 1
TYPES = frozenset({"CNAME", "TXT", "MX"})
LABEL = re.compile(r"[a-z0-9_-]{1,63}")
"""A part of a record's name as SES makes them."""


class BadDocumentError(ValueError):
    """The text is no records document; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class RecordsDocument:
    """The records of one identity, as SES and DNS had them at one moment."""

    domain: str
    region: str
    records: tuple[Record, ...]
    zone: str | None
    seen_at: datetime
    previous_tokens: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document as JSON has it."""
        made: dict[str, Any] = {
            "schema": SCHEMA,
            "domain": self.domain,
            "region": self.region,
            "zone": self.zone,
            "seen_at": rfc3339(self.seen_at),
            "records": [
                {
                    "purpose": record.purpose,
                    "name": record.name,
                    "host": record.host(self.zone),
                    "type": record.type,
                    "ttl": record.ttl,
                    "value": record.value,
                    "priority": record.priority,
                    "required": record.required,
                    "verified": record.verified,
                    "why": record.why,
                }
                for record in self.records
            ],
        }
        if self.previous_tokens:
            made["previous_tokens"] = list(self.previous_tokens)
        return made


def read_document(text: str) -> RecordsDocument:
    """Read a records document; unknown keys are ignored.

    Raises:
        BadDocumentError: it is no such document, or of another schema.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadDocumentError("That is not a records file: it is not JSON.") from None
    return from_dict(data)


def from_dict(data: Any) -> RecordsDocument:
    """The document of a parsed JSON value.

    Raises:
        BadDocumentError: as `read_document`.
    """
    if not isinstance(data, dict) or "schema" not in data:
        raise BadDocumentError("That is not a records file: it has no schema.")
    if data["schema"] != SCHEMA or isinstance(data["schema"], bool):
        raise BadDocumentError(f"That records file is of another schema; this version reads schema {SCHEMA}.")
    try:
        domain = DomainName.parse(_text(data, "domain"))
        records = tuple(_record(one) for one in _list(data, "records"))
        # A policy may be inherited from above; what SES asks for lies below the domain, and elsewhere nobody would be asked.
        if any(one.purpose != "dmarc" and not within(one.name, str(domain)) for one in records):
            raise BadDocumentError("That records file has a record that does not belong to its domain.")
        return RecordsDocument(
            domain=str(domain),
            region=_text(data, "region"),
            records=records,
            zone=printable(data["zone"]) if isinstance(data.get("zone"), str) else None,
            seen_at=from_rfc3339(_text(data, "seen_at")),
            previous_tokens=tuple(_token(one) for one in _list({"previous_tokens": [], **data}, "previous_tokens")),
        )
    except BadNameError as error:
        raise BadDocumentError(f"That records file names a bad domain. {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadDocumentError):
            raise
        raise BadDocumentError("That records file is damaged: a field is missing or of the wrong kind.") from None


def _text(data: dict[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str) or not value:
        raise TypeError(key)
    return printable(value)


def _token(value: Any) -> str:
    if not isinstance(value, str) or not LABEL.fullmatch(value):
        raise TypeError("previous_tokens")
    return value


def _list(data: dict[str, Any], key: str) -> list[Any]:
    value = data[key]
    if not isinstance(value, list):
        raise TypeError(key)
    return value


def _record(data: Any) -> Record:
    purpose, rtype = _text(data, "purpose"), _text(data, "type")
    if purpose not in PURPOSES or rtype not in TYPES:
        raise BadDocumentError(f"That records file has a record that this version does not know: {purpose[:40]!r}.")
    value, priority, ttl = data.get("value"), data.get("priority"), data.get("ttl", TTL)
    if (value is not None and not isinstance(value, str)) or (priority is not None and type(priority) is not int):
        raise TypeError("value")
    if type(ttl) is not int:
        raise TypeError("ttl")
    name = _text(data, "name").lower().rstrip(".")
    if value is not None:
        value = printable(value if rtype == "TXT" else value.lower().rstrip("."))
    if len(name) > 253 or not all(LABEL.fullmatch(part) for part in name.split(".")):
        raise BadDocumentError("That records file has a record whose name is no DNS name.")
    return Record(
        purpose,
        name,
        rtype,
        value,
        priority,
        ttl,
        required=data.get("required") is True,
        verified=data.get("verified") is True,
    )
