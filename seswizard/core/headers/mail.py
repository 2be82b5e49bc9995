"""One mail as far as its header fields tell: everything that is judged, read once."""

from dataclasses import dataclass

from seswizard.core.headers.alignment import Aligned, Published, alignment
from seswizard.core.headers.message import Message, parse
from seswizard.core.headers.received import Hop, handover
from seswizard.core.headers.results import Receivers, Result, receivers
from seswizard.core.headers.shown import domain_in, mailboxes, shown
from seswizard.core.headers.signature import Signature, signatures
from seswizard.core.headers.unsubscribe import Unsubscribe, unsubscribe

ONCE = ("from", "to", "subject", "date", "message-id")
"""Fields of which a mail to many should have exactly one (RFC 5322 §3.6)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail says about itself and about its journey."""

    authors: tuple[str, ...]
    """The domains of the From, each once."""
    from_fields: int
    return_path: str
    """The envelope's sender; empty if nobody wrote it down."""
    signatures: tuple[Signature, ...]
    receivers: Receivers
    hop: Hop | None
    unsubscribe: Unsubscribe
    list_id: str
    """The List-Id of a mailing list that handled the mail, or empty."""
    malformed: tuple[str, ...]
    """Fields of `ONCE` that are missing or doubled."""

    @property
    def author(self) -> str:
        """The From's domain; empty unless there is exactly one."""
        return self.authors[0] if len(self.authors) == 1 and self.from_fields == 1 else ""

    @property
    def server(self) -> str:
        """Who delivered it, for a person."""
        return self.receivers.own.name if self.receivers.own else "this mail"

    def results(self, method: str) -> tuple[Result, ...]:
        """What the receiver says about one method."""
        return self.receivers.own.by(method) if self.receivers.own else ()

    def result_of(self, signature: Signature) -> Result | None:
        """What the receiver says about this signature."""
        same = [one for one in self.results("dkim") if one.domain == signature.domain]
        named = [one for one in same if one.of("header.s").lower() in ("", signature.selector)]
        exact = [one for one in named if one.of("header.b") and signature.hash_start.startswith(one.of("header.b")[:8])]
        return next(iter(exact or named), None)

    def passing(self, published: Published | None) -> tuple[Aligned, ...]:
        """Everything that passed at the receiver, beside the From."""
        dkim = [alignment("DKIM", one.domain, self.author, published) for one in self.results("dkim") if one.value == "pass"]
        spf = [alignment("SPF", one.domain, self.author, published) for one in self.results("spf") if one.value == "pass"]
        return tuple(dict.fromkeys(dkim + spf))

    def domains(self) -> tuple[str, ...]:
        """The domains that may align with the From: signers and envelope sender."""
        passed = [one.domain for method in ("dkim", "spf") for one in self.results(method)]
        every = [*(one.domain for one in self.signatures), domain_in(self.return_path), *passed]
        return tuple(dict.fromkeys(one for one in every if one))


def read_mail(content: bytes) -> Mail:
    """Read a saved mail, or only its header section.

    Raises:
        BadInputError: it holds no header field.
    """
    message = parse(content)
    found = signatures(message)
    own = receivers(message)
    froms = message.all("from")
    authors = tuple(dict.fromkeys(domain_in(one) for value in froms for one in mailboxes(value)))
    return Mail(
        authors=authors,
        from_fields=len(froms),
        return_path=_return_path(message, own),
        signatures=found,
        receivers=own,
        hop=handover(message),
        unsubscribe=unsubscribe(message, found),
        list_id=shown(message.first("list-id")),
        malformed=tuple(name.title() for name in ONCE if len(message.all(name)) != 1),
    )


def _return_path(message: Message, own: Receivers) -> str:
    written = message.first("return-path").strip().strip("<>")
    told = next((one.of("smtp.mailfrom", "smtp.mail") for one in (own.own.by("spf") if own.own else ())), "")
    return shown(written or told)
