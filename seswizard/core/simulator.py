"""The mailbox simulator: addresses that make SES do a known thing.

Source: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html (scenarios, labels and what they cost).
"""

from dataclasses import dataclass

SIMULATOR = "simulator.amazonses.com"
BY_API = "Sent by SES's API: that proves the way back of events, but neither the SMTP login nor a port."
"""What a message by API leaves unproven."""
COST = "Mail to the simulator is billed as one message, harms no reputation and uses none of the daily quota."


@dataclass(frozen=True, slots=True)
class Scenario:
    """One simulator address and what comes back."""

    to: str
    event: str
    """The event type that proves it: Bounce, Complaint or Delivery."""
    subtype: str
    """What the event says beside its type, as `MailEvent.subtype` has it; empty where nothing."""
    what: str
    """What happens, and which events come back, in order."""
    short: str
    """The same in as few words as a list has room for."""

    @property
    def address(self) -> str:
        """The address to send to."""
        return f"{self.to}@{SIMULATOR}"


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "bounce",
        "Bounce",
        "Permanent, General",
        "The receiver answers 550 5.1.1, unknown user. Send comes back, then Bounce (Permanent, General).",
        "unknown user: Send, then Bounce",
    ),
    Scenario(
        "complaint",
        "Complaint",
        "abuse",
        "The message is delivered, then reported as spam. Send and Delivery come back, then Complaint (abuse).",
        "reported as spam: Delivery, then Complaint",
    ),
    Scenario(
        "success", "Delivery", "", "The message is delivered. Send comes back, then Delivery.", "delivered: Send, then Delivery"
    ),
    Scenario(
        "ooto",
        "Delivery",
        "",
        "The message is delivered, then an out-of-office reply is mailed to its Return-Path. "
        "Send comes back, then Delivery; the reply is a mail, so SES has no event for it.",
        "out of office: Delivery; the reply is a mail",
    ),
    Scenario(
        "suppressionlist",
        "Bounce",
        "Permanent, Suppressed",
        "SES takes the address for one on its global suppression list and does not try. "
        "Send comes back, then Bounce (Permanent, Suppressed).",
        "on SES's own list: Send, then Bounce",
    ),
)


def scenario(to: str) -> Scenario | None:
    """The scenario of this name, or None for anybody's address."""
    return next((one for one in SCENARIOS if one.to == to), None)


def explained(to: str) -> tuple[str, ...]:
    """What should come back from a scenario and what it costs; for anybody's address, what proves it."""
    if known := scenario(to):
        return f"{known.address}: {known.what}", COST
    return (f"{to}: Send comes back, then Delivery once its server took the message; a bounce would come back instead.",)
