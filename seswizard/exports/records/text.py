"""The records for a person who types them: one block a record, every value whole on a line of its own."""

from seswizard.core.records import Record, label
from seswizard.exports.records.document import RecordsDocument


def export(document: RecordsDocument) -> str:
    """Blocks of `Host`, `Type`, `Value`, `TTL`; values unwrapped, so that they copy as one line."""
    head = f"DNS records for {document.domain} (Amazon SES, {document.region})"
    blocks = [head, *(block(record, document) for record in document.records)]
    if document.zone:
        blocks.append(f"Host is relative to the zone {document.zone}; @ is the zone itself.")
    return "\n\n".join(blocks) + "\n"


def block(record: Record, document: RecordsDocument) -> str:
    """One record, a field a line."""
    need = "required" if record.required else "recommended"
    state = "SES sees it" if record.verified else need
    lines = [f"{label(record, document.records)}  {record.why}  ({state})"]
    if host := record.host(document.zone):
        lines.append(f"  Host      {host}")
    lines.append(f"  Name      {record.name}")
    lines.append(f"  Type      {record.type}")
    if record.priority is not None:
        lines.append(f"  Priority  {record.priority}")
    lines.append(f"  Value     {record.value if record.value is not None else '(the public key that you made)'}")
    lines.append(f"  TTL       {record.ttl}")
    return "\n".join(lines)
