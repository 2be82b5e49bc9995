"""Reading what comes out of the event queue: SES's events, raw or in an SNS envelope; everything else is skipped.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Iterator
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
    sender: str = ""
    """The envelope's sender, as SES saw it."""
    header_from: str = ""
    """The From header field."""
    tags: tuple[tuple[str, str], ...] = ()
    """Message tags; SES's own begin with `ses:`, such as `ses:source-ip`."""

    def tag(self, name: str) -> str:
        """The value of a tag, empty where there is none."""
        return dict(self.tags).get(name, "")


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
        printable(str(mail.get("source") or "")),
        _first(common.get("from")) if isinstance(common := mail.get("commonHeaders"), dict) else "",
        tuple(_tags(mail.get("tags"))),
    )


def _first(said: Any) -> str:
    return printable(str(said[0])) if isinstance(said, list) and said else ""


def _tags(said: Any) -> Iterator[tuple[str, str]]:
    for name, values in sorted(said.items()) if isinstance(said, dict) else ():
        texts = values if isinstance(values, list) else [values]
        yield printable(str(name)), ", ".join(printable(str(one)) for one in texts)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
