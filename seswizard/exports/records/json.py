"""The records as one line of JSON, for scripts and for `check --expected`."""

import json

from seswizard.exports.records.document import RecordsDocument


def export(document: RecordsDocument) -> str:
    """ASCII-escaped, one line, with a newline at its end."""
    return json.dumps(document.as_dict()) + "\n"
