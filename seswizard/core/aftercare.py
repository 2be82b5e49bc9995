"""Aftercare: what keeps mail working, and what the person decided about each; choices, for nobody here can look at them.

seswizard makes none of these yet, so none is ever called done because of something that we saw.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Decision = Literal["open", "done", "aside"]
"""Not decided yet; done by the person, as they say; not for them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide."""

    id: str
    label: str
    what: str


ITEMS: tuple[Item, ...] = (
    Item("alarms", "Alarms", "CloudWatch warns you at 5 % bounces, 0.1 % complaints"),
    Item("bounces", "Bounce mails", "a person or a program stops writing to what bounces"),
    Item("health", "Health timer", "seswizard health runs daily and tells what changed"),
)

DECISIONS: dict[Decision, str] = {"open": "to decide", "done": "done by you", "aside": "not for me"}
"""What each decision is called, in both faces."""


def decisions(text: str) -> dict[str, Decision]:
    """What was decided, by item, from the text that the state holds (`alarms=done health=aside`); unknown words are let be."""
    said = dict(word.partition("=")[::2] for word in text.split())
    known: dict[str, Decision] = {value: value for value in get_args(Decision)}
    return {item.id: known.get(said.get(item.id, ""), "open") for item in ITEMS}


def decided(text: str, item: str, decision: Decision) -> str:
    """The text with another decision; what a newer version has written there stays."""
    others = [word for word in text.split() if word.partition("=")[0] != item]
    return " ".join(others if decision == "open" else [*others, f"{item}={decision}"])


def still_to_decide(text: str) -> int:
    """How many are not decided yet."""
    return sum(decision == "open" for decision in decisions(text).values())
