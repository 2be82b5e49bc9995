"""Tags between AWS's lists of pairs and ours."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from seswizard.gateways.members import text


class TagPair(TypedDict):
    """A tag as AWS writes it."""

    Key: str
    Value: str


def to_aws(tags: Mapping[str, str]) -> list[TagPair]:
    """Our tags as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def from_aws(pairs: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """AWS's tags, scrubbed and sorted. Each service types its pair differently, hence Any."""
    return tuple(sorted((text(pair, "Key"), text(pair, "Value", "")) for pair in pairs))
