"""The records as lines of a BIND zone file, for `$INCLUDE` (RFC 1035 §5.1)."""

from seswizard.core.records import Record, label
from seswizard.exports.records.document import RecordsDocument


def export(document: RecordsDocument) -> str:
    """Absolute names with their trailing dots, TXT in strings of at most 255 bytes."""
    lines = [f"; Amazon SES records for {document.domain} in {document.region}"]
    for record in document.records:
        if record.value is None:
            lines.append(f"; {record.name}. TXT: the public key that you made")
        else:
            lines.append(f"; {label(record, document.records)}: {record.why}")
            lines.append(f"{record.name}. {record.ttl} IN {record.type} {rdata(record)}")
    return "\n".join(lines) + "\n"


def rdata(record: Record) -> str:
    """The value in presentation form."""
    value = record.value or ""
    if record.type == "TXT":
        return quoted(value)
    return f"{record.priority} {value}." if record.type == "MX" else f"{value}."


def quoted(text: str) -> str:
    """A TXT value as quoted strings of at most 255 bytes, everything but plain ASCII as `\\DDD`."""
    data = text.encode()
    pieces = [data[start : start + 255] for start in range(0, len(data), 255)] or [b""]
    return " ".join('"' + "".join(_escaped(byte) for byte in piece) + '"' for piece in pieces)


def _escaped(byte: int) -> str:
    if byte in b'"\\':
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03d}"
