"""JSON that somebody else wrote, made safe to show and still the same to a parser."""

import json

from seswizard.core.text import printable


def plain_json(text: str) -> str:
    """The document with everything but ASCII escaped, on one line; text that is no JSON is scrubbed as it is.

    Strings taken out of it by a parser are foreign again.
    """
    try:
        return json.dumps(json.loads(text))
    except (ValueError, RecursionError):
        return printable(text)
