"""Reading what comes out of the event queue: SES's events, raw or in an SNS envelope; everything else is skipped.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from dataclasses import dataclass
from typing import Any

from seswizard.core.text import printable


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One thing that happened to one message."""

    message_id: str
    """The id that SES gave the message when it took it."""
    type: str
    """Send, Delivery, Bounce, Complaint, Reject, DeliveryDelay …"""
    subtype: str
    """`Permanent, General` for a bounce; empty where there is none."""
    at: str
    """When, as the event says (RFC 3339)."""
    recipients: tuple[str, ...] = ()


def read_event(body: str) -> MailEvent | None:
    """The event in a queue message's body; None for validation texts and anything that is no SES event."""
    data = _json(body)
    if isinstance(data, dict) and data.get("Type") == "Notification" and isinstance(data.get("Message"), str):
        data = _json(data["Message"])
    if not isinstance(data, dict) or not isinstance(mail := data.get("mail"), dict):
        return None
    kind = data.get("eventType") or data.get("notificationType")
    if not isinstance(kind, str) or not isinstance(message_id := mail.get("messageId"), str):
        return None
    detail = data.get(kind[:1].lower() + kind[1:].replace(" ", ""))
    detail = detail if isinstance(detail, dict) else {}
    subtype = ", ".join(str(detail[key]) for key in ("bounceType", "bounceSubType", "complaintFeedbackType") if detail.get(key))
    destination = mail.get("destination")
    return MailEvent(
        printable(message_id),
        printable(kind),
        printable(subtype),
        printable(str(detail.get("timestamp") or mail.get("timestamp") or "")),
        tuple(printable(str(one)) for one in destination) if isinstance(destination, list) else (),
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
