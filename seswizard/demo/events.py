"""What SES tells about a message afterwards: Send, Delivery, Bounce, Complaint and Reject events on the SNS topics.

In the form of configuration-set publishing (top key `eventType`,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html). The mailbox simulator decides
by the recipient; every other address takes its mail, unless it is on the suppression list.
"""

import email
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import Message
from functools import partial
from typing import TYPE_CHECKING

from seswizard.demo.ses.configuration_sets import SUBJECT, may_publish
from seswizard.demo.ses.region import ACCOUNT_ID, Region, Sent

if TYPE_CHECKING:
    from seswizard.demo.ses.service import Ses

Detail = dict[str, object]
_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


def schedule(ses: "Ses", region: Region, sent: Sent) -> None:
    """Put everything that follows from a message on the time line, the Send event first."""
    if not sent.configuration_set:
        return
    _later(ses, region, sent, 0.3, "Send", dict)
    if _EICAR in sent.content:
        _later(ses, region, sent, 0.5, "Reject", lambda: {"reason": "Bad content"})
        return
    fates: dict[str, list[str]] = {}
    for recipient in sent.recipients:
        fates.setdefault(_fate(region, recipient), []).append(recipient)
    for fate, recipients in fates.items():
        for seconds, kind, detail in FATES[fate]:
            _later(ses, region, sent, seconds, kind, partial(detail, region, recipients))


def _fate(region: Region, recipient: str) -> str:
    local, _, domain = recipient.lower().rpartition("@")
    if domain == "simulator.amazonses.com":
        mailbox = local.split("+", 1)[0]
        return mailbox if mailbox in FATES else "bounce"
    reason, _ = region.suppressed.get(recipient, (None, None))
    return "on-account-list" if reason in region.account.suppressed_reasons else "success"


def _later(ses: "Ses", region: Region, sent: Sent, seconds: float, kind: str, detail: Callable[[], Detail]) -> None:
    ses.after(seconds, lambda: _publish(ses, region, sent, kind, detail))


def _publish(ses: "Ses", region: Region, sent: Sent, kind: str, detail: Callable[[], Detail]) -> None:
    with ses.lock:
        found = region.sets.get(sent.configuration_set or "")
        for destination in tuple(found.destinations.values()) if found else ():
            if not destination.enabled or kind.upper() not in destination.types or not found:
                continue
            if not may_publish(ses, region, found.name, destination.topic):
                continue
            if ses.lost_events:
                ses.lost_events -= 1
                continue
            event = {"eventType": kind, "mail": describe(region, sent), kind.lower(): detail()}
            ses.topics.publish(destination.topic, SUBJECT, json.dumps(event))


def describe(region: Region, sent: Sent) -> Detail:
    """The `mail` object of an event."""
    message = email.message_from_bytes(sent.content)
    identity = region.covering(sent.source)
    headers = [(name, _one_line(str(value))) for name, value in message.items()]
    return {
        "timestamp": _stamp(sent.at),
        "source": sent.source,
        "sourceArn": region.arn("identity", identity.name if identity else sent.source),
        "sendingAccountId": ACCOUNT_ID,
        "messageId": sent.message_id,
        "destination": list(sent.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers],
        "commonHeaders": {
            "from": [_header(message, "From")],
            "to": [_header(message, "To")] if message["To"] else list(sent.recipients),
            "messageId": sent.message_id,
            "subject": _header(message, "Subject"),
        },
        "tags": {key: list(values) for key, values in sent.tags.items()},
    }


def _header(message: Message, name: str) -> str:
    return _one_line(str(message.get(name, "")))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _host(region: Region) -> str:
    return f"a4-9.smtp-out.{region.name}.amazonses.com"


def _feedback_id() -> str:
    return f"0102{secrets.token_hex(6)}-{secrets.token_hex(4)}-{secrets.token_hex(6)}-000000"


def _delivery(region: Region, recipients: list[str]) -> Detail:
    return {
        "timestamp": _stamp(datetime.now(UTC)),
        "processingTimeMillis": 546,
        "recipients": recipients,
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": _host(region),
    }


def _bounce(subtype: str, diagnostic: str) -> Callable[[Region, list[str]], Detail]:
    def detail(region: Region, recipients: list[str]) -> Detail:
        return {
            "feedbackId": _feedback_id(),
            "bounceType": "Permanent",
            "bounceSubType": subtype,
            "bouncedRecipients": [
                {"emailAddress": recipient, "action": "failed", "status": "5.1.1", "diagnosticCode": diagnostic}
                for recipient in recipients
            ],
            "timestamp": _stamp(datetime.now(UTC)),
            "reportingMTA": f"dns; {_host(region)}",
        }

    return detail


def _complaint(region: Region, recipients: list[str]) -> Detail:
    now = _stamp(datetime.now(UTC))
    return {
        "feedbackId": _feedback_id(),
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": recipient} for recipient in recipients],
        "timestamp": now,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": now,
    }


_ON_ACCOUNT_LIST = "Amazon SES did not send the message to this address because it is on the suppression list for your account."
_ON_GLOBAL_LIST = (
    "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."
)

FATES: dict[str, tuple[tuple[float, str, Callable[[Region, list[str]], Detail]], ...]] = {
    "success": ((0.6, "Delivery", _delivery),),
    "ooto": ((0.6, "Delivery", _delivery),),
    "bounce": ((0.7, "Bounce", _bounce("General", "smtp; 550 5.1.1 user unknown")),),
    "complaint": ((0.6, "Delivery", _delivery), (0.9, "Complaint", _complaint)),
    "suppressionlist": ((0.7, "Bounce", _bounce("Suppressed", _ON_GLOBAL_LIST)),),
    "on-account-list": ((0.7, "Bounce", _bounce("OnAccountSuppressionList", _ON_ACCOUNT_LIST)),),
}
"""What becomes of a message by its recipient: seconds after the send, the event, and its detail."""
