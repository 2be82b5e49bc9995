"""Times as documents carry them: RFC 3339 in UTC, whole seconds, ending in Z."""

from datetime import UTC, datetime


def rfc3339(at: datetime | None) -> str | None:
    """The moment as `2026-11-22T09:30:00Z`; None stays None."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def from_rfc3339(text: str) -> datetime:
    """The moment that such a text names.

    Raises:
        ValueError: it is no RFC 3339 time.
    """
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
