"""News that goes up: screens and workers tell the App, the App tells the screen. Small frozen values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from seswizard.core.names import IdentityName

if TYPE_CHECKING:
    from seswizard.actions.action import Outcome, Progress


@dataclass
class GoTo(Message):
    """Open a step (its id), or `overview`."""

    step: str


@dataclass
class Chosen(Message):
    """The first questions are answered, or one of several remembered domains was picked."""

    name: IdentityName
    region: str
    sends_by: str = "smtp"
    new: bool = True
    """Whether the answers are to be remembered as choices."""


@dataclass
class WriteProgress(Message):
    """A running change has something to tell; sent to the screen that is open."""

    progress: "Progress"


@dataclass
class WriteEnded(Message):
    """A change has ended; sent to the screen that is open, after what it made is safe."""

    outcome: "Outcome"


class FactsChanged(Message):
    """The session holds new facts; sent to the screen that is open, which reads `session`."""
