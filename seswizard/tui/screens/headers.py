"""Headers: what a received mail's header fields say about its authentication."""

from typing import ClassVar

from seswizard.core.findings import Finding
from seswizard.core.headers.judge import judge_mail
from seswizard.core.headers.mail import Mail, read_mail
from seswizard.core.reading import Unseen
from seswizard.look.headers import look_published
from seswizard.tui.reading_screen import ReadingScreen


class HeadersScreen(ReadingScreen):
    """The header section is pasted, or a saved mail is read whole."""

    step = "headers"
    heading = "Headers of a mail"
    hint = "The header fields of a mail from the recipient's mailbox: Show original, View source. F2 reads them."
    longest_file: ClassVar[int] = 10 * 1024 * 1024
    HELP = """\
### Headers of a mail

What the receiving server wrote down: SPF, DKIM and DMARC, whether they belong to the From, and what Gmail, Yahoo and
Microsoft ask of senders.

Take a mail from the recipient's mailbox, not from your Sent folder: only there a server has checked it. Of a pasted mail
the header fields are read; from a file (F3) the body's hash is compared too.

DNS is asked for the DMARC policy of the From's domain. Nothing is kept.
"""

    async def read_text(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        """Only the header section: a terminal changes the body's white space, and its hash would never fit."""
        return await self._judged(text.strip("\n").split("\n\n", 1)[0].encode("utf-8", "surrogateescape"))

    async def read_bytes(self, content: bytes) -> tuple[str, tuple[Finding, ...]]:
        """The whole mail."""
        return await self._judged(content)

    async def _judged(self, content: bytes) -> tuple[str, tuple[Finding, ...]]:
        mail = await self.session.services.waits.aside(lambda: read_mail(content))
        published, blind = None, ""
        if mail.author:
            reading = await look_published(self.session.services, mail.author, mail.domains())
            if isinstance(reading, Unseen):
                blind = f" {reading.failure.title} Alignment is judged by the names alone."
            else:
                published = reading.value
        return f"{_from(mail)}{blind}", judge_mail(mail, published)


def _from(mail: Mail) -> str:
    return f"From {mail.author}." if mail.author else "From no single domain."
