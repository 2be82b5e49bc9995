"""Where bounces go, whether the hop from SES was encrypted, and how one unsubscribes."""

from collections.abc import Iterator

from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.headers.mail import Mail
from seswizard.core.headers.received import Hop
from seswizard.core.headers.shown import domain_in
from seswizard.core.headers.signature import SES
from seswizard.core.names import within


def journey(mail: Mail) -> Iterator[Finding]:
    """Findings about the way the mail took."""
    yield from _return_path(mail)
    if mail.hop and mail.hop.encrypted is not None:
        yield _tls(mail.hop)
    if mail.unsubscribe.offered and not mail.unsubscribe.lacks:
        evidence = (Evidence("List-Unsubscribe", mail.unsubscribe.offered, source="this mail"),)
        yield Finding("headers.unsubscribe", Level.OK, "One-click unsubscribing is there, and signed (RFC 8058).", evidence)


def _return_path(mail: Mail) -> Iterator[Finding]:
    domain = domain_in(mail.return_path)
    if not domain:
        return
    evidence = (Evidence("Return-Path", mail.return_path, source=mail.server),)
    if within(domain, SES) and not within(mail.author, SES):
        yield Finding(
            "headers.return-path-amazonses",
            Level.ADVICE,
            f"Bounces go to {domain}: SPF passes for Amazon, and cannot align with {mail.author or 'the From'}.",
            evidence,
            Remedy("Give the identity a MAIL FROM domain of its own: seswizard setup DOMAIN."),
        )
    else:
        yield Finding("headers.return-path", Level.OK, f"Bounces go to {domain}; SPF is judged by it.", evidence)


def _tls(hop: Hop) -> Finding:
    between = f"from {hop.sender} to {hop.server or 'the receiver'}"
    evidence = (Evidence("Received", f"with {hop.protocol or '?'} {hop.version}".rstrip(), source=hop.server),)
    if hop.encrypted:
        return Finding("headers.tls", Level.OK, f"Encrypted {between}: {hop.version or hop.protocol}.", evidence)
    text = "The receiving server offers no TLS; a configuration set with TlsPolicy REQUIRE refuses to send to such servers."
    return Finding("headers.no-tls", Level.ADVICE, f"Not encrypted {between}.", evidence, Remedy(text))
