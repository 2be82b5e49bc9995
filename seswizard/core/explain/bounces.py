"""SES's bounce, complaint and delay words: each type and sub-type with what it means and what to do.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html (v1 notifications),
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html (v2 events).
"""

from seswizard.core.explain.enhanced import Meaning

_OFF = "Take the address off the account's suppression list if it works again; upper and lower case count there."

BOUNCES: dict[tuple[str, str], Meaning] = {
    ("Permanent", "General"): Meaning(
        "explain.bounce-permanent",
        "A hard bounce: the receiver refused this mail for good.",
        "Stop writing to the address; SES has put it on the account's suppression list.",
    ),
    ("Permanent", "NoEmail"): Meaning(
        "explain.bounce-no-email",
        "A hard bounce: there is no such mailbox, or no address could be read from the receiver's answer.",
        "Correct the address or stop writing to it.",
    ),
    ("Permanent", "Suppressed"): Meaning(
        "explain.bounce-suppressed",
        "The address is on SES's global suppression list: it bounced for somebody lately.",
        "Make sure that it works; the entry goes by itself, at the latest 14 days after its last bounce. It counts as a bounce.",
    ),
    ("Permanent", "OnAccountSuppressionList"): Meaning(
        "suppression.listed", "The recipient is on this account's suppression list, so SES did not try.", _OFF
    ),
    ("Permanent", "OnTenantSuppressionList"): Meaning(
        "suppression.listed",
        "The recipient is on this tenant's suppression list, so SES did not try.",
        "Take the address off the tenant's suppression list if it works again.",
    ),
    ("Permanent", "EmailValidationSuppressed"): Meaning(
        "explain.bounce-invalid",
        "SES's own validation took the address for one that does not work, so it did not try.",
        "Look for a typing mistake, or change Auto Validation in the suppression settings.",
    ),
    ("Permanent", "UnsubscribedRecipient"): Meaning(
        "explain.bounce-unsubscribed",
        "The recipient has unsubscribed from this contact list or topic, so SES did not try.",
        "Respect it; stop writing to the address on that topic.",
    ),
    ("Transient", "General"): Meaning(
        "explain.bounce-transient",
        "A soft bounce: the receiver did not take this mail, though it might take another; an auto-reply can look so too.",
        "Send again later; if it goes on, take the address off.",
    ),
    ("Transient", "MailboxFull"): Meaning(
        "explain.bounce-mailbox-full", "A soft bounce: the mailbox is full.", "Try again in some days."
    ),
    ("Transient", "MessageTooLarge"): Meaning(
        "explain.bounce-too-large", "The message is too large for the receiver.", "Send a link instead of the attachment."
    ),
    ("Transient", "ContentRejected"): Meaning(
        "explain.bounce-content", "The receiver does not take this content.", "Change the message; the diagnostic code says more."
    ),
    ("Transient", "AttachmentRejected"): Meaning(
        "explain.bounce-content", "The receiver does not take this attachment.", "Send another kind of file, or a link."
    ),
    ("Transient", "CustomTimeoutExceeded"): Meaning(
        "explain.bounce-transient",
        "SES tried for as long as the configuration set allows (MaxDeliverySeconds), then gave up.",
        "Allow more time, or send again later.",
    ),
    ("Undetermined", "Undetermined"): Meaning(
        "explain.bounce-undetermined",
        "It bounced, and SES could not read why from the receiver's answer.",
        "Send once more later; the diagnostic code, if any, has the receiver's words.",
    ),
}
"""By bounceType and bounceSubType."""

OTHER_BOUNCES: dict[str, Meaning] = {
    "Permanent": Meaning(
        "explain.bounce-permanent", "A hard bounce, of a sub-type that is not known here.", "Stop writing to the address."
    ),
    "Transient": Meaning("explain.bounce-transient", "A soft bounce, of a sub-type that is not known here.", "Send again later."),
    "Undetermined": BOUNCES["Undetermined", "Undetermined"],
}
"""By bounceType alone: AWS may add sub-types."""

COMPLAINTS: dict[str, str] = {
    "abuse": "reported as unwanted mail",
    "auth-failure": "reported because its authentication failed",
    "fraud": "reported as fraud or phishing",
    "other": "reported, for none of the registered reasons",
    "virus": "reported to hold a virus",
}
"""By complaintFeedbackType (RFC 5965 §3.1 and its registry)."""

DELAYS: dict[str, str] = {
    "InternalFailure": "something inside SES failed",
    "General": "the receiver's server answered that it cannot just now",
    "MailboxFull": "the mailbox is full",
    "SpamDetected": "the receiver has seen much unwanted mail from this account",
    "RecipientServerError": "the receiver's server has a temporary fault",
    "IPFailure": "the receiver blocks or slows the sending address",
    "TransientCommunicationFailure": "the connection to the receiver broke",
    "BYOIPHostNameLookupUnavailable": "SES could not look up the host name of your own sending address",
    "Undetermined": "the reason could not be read",
    "SendingDeferral": "SES holds it back for a while",
}
"""By delayType."""
