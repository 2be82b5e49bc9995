"""Every finding of `headers`: its id, the levels it may have, and what it means. Nothing here ever waits."""

from dataclasses import dataclass

from seswizard.core.findings import Level

OK, ADVICE, PROBLEM = Level.OK, Level.ADVICE, Level.PROBLEM


@dataclass(frozen=True, slots=True)
class Kind:
    """One finding id."""

    id: str
    levels: tuple[Level, ...]
    meaning: str


KINDS: tuple[Kind, ...] = (
    Kind("headers.results", (OK,), "what the delivering server says it checked"),
    Kind("headers.no-results", (ADVICE,), "no server has written down what it checked"),
    Kind("headers.others", (OK,), "results further down, and ARC's: written by others, not to be relied on"),
    Kind("headers.from", (PROBLEM,), "not exactly one From address: DMARC cannot be judged"),
    Kind("headers.signatures", (OK,), "the DKIM signatures in the mail"),
    Kind("headers.second-signature", (OK,), "SES's own signature beside the domain's"),
    Kind("headers.own-signature-missing", (ADVICE,), "only SES's own signature, none of the domain's"),
    Kind("headers.dkim-none", (PROBLEM,), "it arrived without any signature"),
    Kind("headers.dkim-fail", (PROBLEM,), "a signature did not hold at the receiver"),
    Kind("headers.body-changed", (PROBLEM,), "the body is not the one that was signed"),
    Kind("headers.copy-changed", (OK,), "the receiver saw it whole, this copy is not the same any more"),
    Kind("headers.spf-fail", (PROBLEM,), "SPF does not allow the server that delivered it"),
    Kind("headers.spf-none", (ADVICE,), "SPF says nothing about the server that delivered it"),
    Kind("headers.temporary", (ADVICE,), "the receiver could not look something up just then"),
    Kind("headers.aligned", (OK,), "something that passed belongs to the From"),
    Kind("headers.alignment-unseen", (ADVICE,), "whether the domains belong together needs DNS"),
    Kind("headers.not-aligned", (PROBLEM,), "something passed, but nothing that belongs to the From"),
    Kind("headers.dmarc-fail", (PROBLEM,), "the receiver says that DMARC failed"),
    Kind("headers.dmarc-none", (ADVICE,), "no DMARC policy applied"),
    Kind("headers.return-path", (OK,), "where bounces go"),
    Kind("headers.return-path-amazonses", (ADVICE,), "bounces go to amazonses.com, so SPF cannot align"),
    Kind("headers.tls", (OK,), "the hop from SES was encrypted"),
    Kind("headers.no-tls", (ADVICE,), "that hop was not encrypted"),
    Kind("headers.unsubscribe", (OK,), "one-click unsubscribing is there"),
    Kind("headers.gmail", (OK, ADVICE), "Gmail's rules for bulk senders, one by one"),
    Kind("headers.yahoo", (OK, ADVICE), "Yahoo's"),
    Kind("headers.microsoft", (OK, ADVICE), "Microsoft's"),
)

LEVELS: dict[str, tuple[Level, ...]] = {kind.id: kind.levels for kind in KINDS}
