"""The mailbox simulator: addresses that make SES do a known thing.

Source: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html (scenarios and labels).
"""

from dataclasses import dataclass

SIMULATOR = "simulator.amazonses.com"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One simulator address and what comes back."""

    to: str
    event: str
    """The event type that proves it: Bounce, Complaint or Delivery."""
    what: str

    @property
    def address(self) -> str:
        """The address to send to."""
        return f"{self.to}@{SIMULATOR}"


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("bounce", "Bounce", "the receiver answers 550 5.1.1, unknown user; SES reports a hard bounce"),
    Scenario("complaint", "Complaint", "the message is delivered, then reported as spam"),
    Scenario("success", "Delivery", "the message is delivered"),
    Scenario("ooto", "Delivery", "the message is delivered, then an out-of-office reply is sent to MAIL FROM"),
    Scenario("suppressionlist", "Bounce", "SES treats the address as being on the global suppression list"),
)


def scenario(to: str) -> Scenario | None:
    """The scenario of this name, or None for anybody's address."""
    return next((one for one in SCENARIOS if one.to == to), None)
