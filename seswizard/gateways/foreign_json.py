"""JSON that somebody else wrote, made safe to show and still the same to a parser."""

import json
from typing import Any

from seswizard.core.text import printable


def foreign_object(text: str) -> dict[str, Any]:
    """The object in a JSON text, empty where there is none; Any because somebody else wrote it."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def plain_json(text: str) -> str:
    """The document with everything but ASCII escaped, on one line; text that is no JSON is scrubbed as it is.

    Strings taken out of it by a parser are foreign again.
    """
    try:
        return json.dumps(json.loads(text))
    except (ValueError, RecursionError):
        return printable(text)
