"""What comes out of the queue: SES's events in every wrapping, and everything that is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.events import MailEvent, read_event

MAIL = {"messageId": "id-1", "timestamp": "2026-11-22T09:00:00.000Z", "destination": ["bounce@simulator.amazonses.com"]}
BOUNCE = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [{"emailAddress": "bounce@simulator.amazonses.com", "status": "5.1.1"}],
    "timestamp": "2026-11-22T09:00:01.300Z",
}
TO = ("bounce@simulator.amazonses.com",)
BOUNCED = MailEvent("id-1", "Bounce", "Permanent, General", "2026-11-22T09:00:01.300Z", TO)


def wrapped(data: object) -> str:
    return json.dumps({"Type": "Notification", "MessageId": "sns", "TopicArn": "t", "Message": json.dumps(data)})


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (json.dumps({"eventType": "Bounce", "mail": MAIL, "bounce": BOUNCE}), BOUNCED),
        (wrapped({"eventType": "Bounce", "mail": MAIL, "bounce": BOUNCE}), BOUNCED),
        (json.dumps({"notificationType": "Bounce", "mail": MAIL, "bounce": BOUNCE}), BOUNCED),
        (
            json.dumps({"eventType": "Send", "mail": MAIL, "send": {}}),
            MailEvent("id-1", "Send", "", "2026-11-22T09:00:00.000Z", TO),
        ),
        (
            json.dumps({"eventType": "DeliveryDelay", "mail": MAIL, "deliveryDelay": {"timestamp": "later"}}),
            MailEvent("id-1", "DeliveryDelay", "", "later", TO),
        ),
        (
            json.dumps({"eventType": "Complaint", "mail": MAIL, "complaint": {"complaintFeedbackType": "abuse"}}),
            MailEvent("id-1", "Complaint", "abuse", "2026-11-22T09:00:00.000Z", TO),
        ),
        (
            json.dumps({"eventType": "Delivery", "mail": {"messageId": "id-1"}, "delivery": "odd"}),
            MailEvent("id-1", "Delivery", "", "", ()),
        ),
        (
            json.dumps({"eventType": "Odd\x1b[31m", "mail": {"messageId": "a\u202eb", "destination": ["x\x07", 3]}}),
            MailEvent("a\\u202eb", "Odd␛[31m", "", "", ("x␇", "3")),
        ),
    ],
    ids=["raw", "envelope", "v1", "send", "delay", "complaint", "odd-detail", "hostile"],
)
def test_an_event_is_read_from_every_wrapping(body: str, event: MailEvent) -> None:
    assert read_event(body) == event


@pytest.mark.parametrize(
    "body",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        wrapped("not json inside"),
        json.dumps({"Type": "Notification", "Message": "Successfully validated SNS topic for Amazon SES event publishing."}),
        json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have successfully subscribed"}),
        json.dumps({"Type": "SubscriptionConfirmation", "Message": "confirm"}),
        "",
        "{",
        "[]",
        "null",
        "12",
        '"text"',
        json.dumps({"eventType": "Bounce"}),
        json.dumps({"eventType": "Bounce", "mail": []}),
        json.dumps({"eventType": "Bounce", "mail": {"messageId": 5}}),
        json.dumps({"eventType": ["Bounce"], "mail": MAIL}),
        json.dumps({"Type": "Notification", "Message": {"eventType": "Bounce", "mail": MAIL}}),
        "[" * 200_000,
        wrapped(None),
    ],
)
def test_anything_else_is_no_event(body: str) -> None:
    assert read_event(body) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["mail", "messageId", "eventType", "bounce", "Type", "Message", "destination"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_body_whatever_breaks_the_reading(data: object) -> None:
    event = read_event(json.dumps(data))
    assert event is None or isinstance(event.message_id, str)
