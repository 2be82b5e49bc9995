"""The mailbox simulator: addresses that make SES do a known thing.

Source: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html (scenarios, labels and what they cost).
"""

from dataclasses import dataclass

SIMULATOR = "simulator.amazonses.com"
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
    ),
    Scenario(
        "complaint",
        "Complaint",
        "abuse",
        "The message is delivered, then reported as spam. Send and Delivery come back, then Complaint (abuse).",
    ),
    Scenario("success", "Delivery", "", "The message is delivered. Send comes back, then Delivery."),
    Scenario(
        "ooto",
        "Delivery",
        "",
        "The message is delivered, then an out-of-office reply is mailed to its Return-Path. "
        "Send comes back, then Delivery; the reply is a mail, so SES has no event for it.",
    ),
    Scenario(
        "suppressionlist",
        "Bounce",
        "Permanent, Suppressed",
        "SES takes the address for one on its global suppression list and does not try. "
        "Send comes back, then Bounce (Permanent, Suppressed).",
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
