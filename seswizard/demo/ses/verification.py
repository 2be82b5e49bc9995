"""SES looking at the DNS: a pending identity every 3 s, a settled one every 10 s (in life: minutes and hours).

DKIM is proven by all three CNAMEs with a key behind them, MAIL FROM by its one MX alone (the SPF record is not looked
at). A proven identity whose records went becomes TEMPORARY_FAILURE, and may go on sending for the time being.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from seswizard.demo.ses.region import Identity, Region, Verdict
from seswizard.demo.ses.service import Seen, Ses

PENDING_EVERY = 3.0
SETTLED_EVERY = 10.0

_ERRORS = {"no-name": "HOST_NOT_FOUND", "no-type": "TYPE_NOT_FOUND", "failed": "DNS_SERVER_ERROR"}


def tick(ses: Ses) -> None:
    """Look at every identity that is due."""
    with ses.lock:
        now = ses.clock()
        for region in list(ses.regions.values()):
            for identity in list(region.identities.values()):
                if identity.next_look <= now and identity.is_domain:
                    look(ses, region, identity)
                    settled = identity.dkim == "SUCCESS" and (
                        identity.mail_from is None or identity.mail_from.status == "SUCCESS"
                    )
                    identity.next_look = now + (SETTLED_EVERY if settled else PENDING_EVERY)


def look(ses: Ses, region: Region, identity: Identity) -> None:
    """Look at one domain's records now, and judge."""
    now = datetime.now(UTC)
    if identity.dkim != "FAILED":
        error = next(_dkim_errors(ses, identity), None)
        soa = ses.dns.look(identity.name, "SOA").soa
        if error is None:
            succeed(identity)
        elif identity.dkim == "SUCCESS":
            identity.dkim = identity.status = "TEMPORARY_FAILURE"
        identity.verdict = Verdict(now, now if error is None else identity.verdict.succeeded, error, soa)
    if identity.mail_from and identity.mail_from.status != "FAILED":
        if _mail_from_is_right(ses, region, identity.mail_from.domain):
            identity.mail_from.status = "SUCCESS"
        elif identity.mail_from.status == "SUCCESS":
            identity.mail_from.status = "TEMPORARY_FAILURE"


def succeed(identity: Identity) -> None:
    """Declare an identity proven."""
    now = datetime.now(UTC)
    identity.status, identity.verified, identity.verdict = "SUCCESS", True, Verdict(now, now, None, identity.verdict.soa)
    if identity.is_domain:
        identity.dkim = "SUCCESS"


def give_up(identity: Identity) -> None:
    """What happens after 72 hours of looking in vain."""
    identity.dkim = identity.status = "FAILED"
    identity.verified = False
    if identity.mail_from and identity.mail_from.status != "SUCCESS":
        identity.mail_from.status = "FAILED"


def _dkim_errors(ses: Ses, identity: Identity) -> Iterator[str]:
    for token in sorted(identity.tokens):
        name = f"{token}._domainkey.{identity.name}"
        if not identity.external_key:
            target = ses.dns.look(name, "CNAME")
            if error := _error(target, f"{token}.{identity.hosted_zone}"):
                yield error
                continue
        key = ses.dns.look(name, "TXT")
        if key.outcome != "found":
            yield _ERRORS[key.outcome]
        elif not any("p=" in value for value in key.values):
            yield "INVALID_VALUE"


def _mail_from_is_right(ses: Ses, region: Region, domain: str) -> bool:
    return _error(ses.dns.look(domain, "MX"), f"10 feedback-smtp.{region.name}.amazonses.com") is None


def _error(seen: Seen, expected: str) -> str | None:
    if seen.outcome != "found":
        return _ERRORS[seen.outcome]
    return None if [value.lower() for value in seen.values] == [expected.lower()] else "INVALID_VALUE"
