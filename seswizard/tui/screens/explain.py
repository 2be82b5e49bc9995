"""Explain: what a pasted reply, log, event, bounce mail, record or word means. Nothing leaves this machine."""

from typing import ClassVar

from seswizard.core.explain import LIMIT, explain
from seswizard.core.explain.words import PAGES, Own, word_of
from seswizard.core.failure import FailureError
from seswizard.core.findings import Finding
from seswizard.core.names import domain_of
from seswizard.exports.records.document import BadDocumentError, from_dict
from seswizard.tui.reading_screen import ReadingScreen


class ExplainScreen(ReadingScreen):
    """Any text that has to do with sending."""

    step = "explain"
    heading = "What does it mean?"
    hint = "An SMTP reply, a mail log, an event, a bounce mail, an SPF or DMARC record, or a word such as MAIL FROM. F2 reads."
    longest_file: ClassVar[int] = LIMIT
    HELP = f"""\
### What does it mean?

Paste a reply such as `554 Message rejected`, lines of a mail log, a traceback, SES's event as JSON, a bounce mail, or an
SPF, DKIM or DMARC record. Passwords in it are not shown again, and nothing leaves this machine.

These words have a page of their own: {", ".join(PAGES)}.
"""

    async def read_text(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        """What it is, and what it means."""
        own = await self._own() if word_of(text) else None
        found = await self.session.services.waits.aside(lambda: explain(text, own))
        return (f"This is {found.what}." if found.what else ""), found.findings

    async def read_bytes(self, content: bytes) -> tuple[str, tuple[Finding, ...]]:
        """A file's text; PowerShell writes UTF-16."""
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        return await self.read_text(content.decode("utf-16" if utf16 else "utf-8-sig", errors="replace"))

    async def _own(self) -> Own | None:
        """What is remembered of this domain's records; None where that cannot be read."""
        session = self.session
        if session.name is None:
            return None
        try:
            copy = await session.services.state.records_copy(str(domain_of(session.name)), session.region)
            document = from_dict(copy) if copy is not None else None
        except (FailureError, BadDocumentError, ValueError):
            return None
        return Own(document.domain, document.region, document.records, f"{document.seen_at:%Y-%m-%d}") if document else None
