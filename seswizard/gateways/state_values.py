"""State and journal between values and JSON: fields that are not known here are left out, not stumbled over."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from seswizard.core.remembered import DomainChoices, Entry, Proof
from seswizard.core.text import printable

Json = dict[str, Any]
"""A JSON object; Any because nobody has checked it yet."""


def moment(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def scrubbed(value: Any) -> Any:
    """A JSON value whose texts may be shown; Any because JSON is."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(key): scrubbed(one) for key, one in value.items()}
    return [scrubbed(one) for one in value] if isinstance(value, list) else value


def choices_from(said: Json) -> DomainChoices | None:
    """Choices, or None if this is no such thing."""
    known = {field.name for field in fields(DomainChoices)}
    given = {key: value for key, value in said.items() if key in known and isinstance(value, str)}
    return DomainChoices(**given) if {"name", "region"} <= given.keys() else None


def choices_to(choices: DomainChoices) -> Json:
    """Choices as JSON."""
    return asdict(choices)


def proof_from(said: Mapping[str, Any]) -> Proof | None:
    """A proof, or None if this is no such thing."""
    try:
        at = datetime.fromisoformat(said["at"])
        return Proof(str(said["message_id"]), str(said["key_id"]), str(said["event"]), at)
    except (KeyError, TypeError, ValueError):
        return None


def proof_to(proof: Proof) -> Json:
    """A proof as JSON."""
    return {"message_id": proof.message_id, "key_id": proof.key_id, "event": proof.event, "at": moment(proof.at)}


def entry_to(entry: Entry) -> Json:
    """A line of the journal as JSON."""
    return {"schema": 1, **asdict(entry), "at": moment(entry.at), "detail": [list(pair) for pair in entry.detail]}


def entry_from(said: Any) -> Entry | None:
    """A line of the journal, or None if this is no such thing."""
    texts = ("domain", "region", "account", "action", "phase", "kind", "thing")
    try:
        detail = tuple((str(key), str(value)) for key, value in said.get("detail", ()))
        at = datetime.fromisoformat(said["at"])
        return Entry(at=at, **{name: str(said[name]) for name in texts}, detail=detail)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
