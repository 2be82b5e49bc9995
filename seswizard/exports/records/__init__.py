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

__all__ = ["EXPORTERS", "RecordsDocument", "read_document"]
