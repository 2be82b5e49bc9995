"""The records in every format that one can ask for."""

from collections.abc import Callable

from seswizard.exports.records import bind, json, text
from seswizard.exports.records.document import RecordsDocument, read_document

EXPORTERS: dict[str, Callable[[RecordsDocument], str]] = {
    "text": text.export,
    "json": json.export,
    "bind": bind.export,
}
"""`records --format NAME` -> how it is written."""

ENDINGS = ".txt to read, .json for check --expected, .zone for BIND"


def by_ending(path: str) -> Callable[[RecordsDocument], str]:
    """How a file of this name is written."""
    return EXPORTERS["json" if path.endswith(".json") else "bind" if path.endswith((".zone", ".bind", ".db")) else "text"]


__all__ = ["ENDINGS", "EXPORTERS", "RecordsDocument", "by_ending", "read_document"]
