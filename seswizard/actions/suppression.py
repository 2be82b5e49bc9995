"""Look through the suppression list, and take an address off it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from seswizard.actions.account_guard import right_account
from seswizard.actions.action import Outcome, Say
from seswizard.actions.journalled import Journalled, Step
from seswizard.actions.removal import is_there, surely_gone
from seswizard.core.failure import Failure, FailureError
from seswizard.core.plan import Change, Plan
from seswizard.core.quoting import aws_command, our_command
from seswizard.core.suppression import Suppressed, spellings
from seswizard.core.text import printable
from seswizard.ports import Services

Reason = Literal["BOUNCE", "COMPLAINT"]
Counted = Callable[[int], None]
"""Told how many entries were seen so far, after each page."""

PAGES_FOR_SPELLINGS = 10
"""How much of the list is looked through for a spelling that nobody can guess: about ten seconds, one page each."""
MOST_PAGES = 10_000
"""Three hours, and millions of addresses: a list that says that it has more is not one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one address."""

    entry: Suppressed | None
    whole: bool
    """Whether the whole list was looked through, in any letter case, where none of the likely spellings is there."""


def uncounted(_number: int) -> None:
    """For callers that show no progress."""


async def whole_list(
    services: Services, *, reason: Reason | None = None, since: datetime | None = None, counted: Counted = uncounted
) -> tuple[Suppressed, ...]:
    """Every entry, a page a second.

    Raises:
        FailureError: a page could not be read.
    """
    page = await services.suppression.page(reason=reason, since=since)
    entries, tokens = list(page.entries), set[str]()
    while page.following:
        if page.following in tokens or len(tokens) >= MOST_PAGES:
            raise FailureError(_endless(len(entries)))
        tokens.add(page.following)
        counted(len(entries))
        page = await services.suppression.page(page.following, reason=reason, since=since)
        entries += page.entries
    return tuple(entries)


def _endless(entries: int) -> Failure:
    return Failure(
        "access.error",
        "SES's suppression list does not end: it names the same next page again and again, or too many of them.",
        f"ses:ListSuppressedDestinations: {entries} entries",
        "Narrow it with --reason or --since, or ask for one address: seswizard suppression check ADDRESS.",
    )


async def find_address(services: Services, address: str, counted: Counted = uncounted) -> Found:
    """The entry of an address in whatever letter case: the likely spellings first, then the beginning of the list.

    Raises:
        FailureError: the list could not be asked.
    """
    for one in spellings(address):
        if entry := await services.suppression.find(one):
            return Found(entry, True)
    wanted, following, seen = address.casefold(), None, 0
    for _ in range(PAGES_FOR_SPELLINGS):
        page = await services.suppression.page(following)
        entry = next((one for one in page.entries if one.address.casefold() == wanted), None)
        if entry or not page.following:
            return Found(entry, True)
        following, seen = page.following, seen + len(page.entries)
        counted(seen)
    return Found(None, False)


@dataclass(frozen=True, slots=True)
class RemoveSuppressed:
    """The prepared change."""

    services: Services
    entry: Suppressed
    account: str
    plan: Plan

    async def apply(self, say: Say) -> Outcome:
        """Take the address off; one that has gone meanwhile is fine."""
        address = self.entry.address
        shown = printable(address)
        step = Step("suppression.delete", "suppression", address, "Suppression entry", shown)
        note = {"reason": self.entry.reason, "since": self.entry.since.isoformat()}
        try:
            there = await Journalled(self.services, address, self.account, say).make(
                step, lambda: self.services.suppression.remove(address), note=note
            )
            look = partial(self.services.suppression.find, address)
            await surely_gone(self.services, f"Suppression entry {shown}", is_there(look), self.plan.changes[0].command)
        except FailureError as error:
            return Outcome(f"{shown} may still be on the list.", error.failure)
        return Outcome(f"{shown} is off the list." if there else f"{shown} was taken off the list by somebody else meanwhile.")


async def prepare_removal(services: Services, address: str, counted: Counted = uncounted) -> RemoveSuppressed | Failure:
    """Look for the address, and plan the removal of exactly this spelling; another one is only told."""
    try:
        caller = await right_account(services, None)
        entry = (await find_address(services, address, counted)).entry
    except FailureError as error:
        return error.failure
    if entry is None:
        return Failure("suppression.not-listed", f"{printable(address)} is not on the suppression list in {services.region}.")
    if entry.address != address:
        title = f"{printable(address)} is not on the list in this spelling; {printable(entry.address)} is."
        command = our_command("suppression remove", printable(entry.address))
        return Failure("suppression.other-spelling", title, remedy="Give it exactly as it is listed:", command=command)
    return RemoveSuppressed(services, entry, caller.account, removal_plan(entry, services.region))


def removal_plan(entry: Suppressed, region: str) -> Plan:
    """What will be done, the same by hand, and how to put the address back."""
    shown = printable(entry.address)
    change = Change(
        "-",
        "Suppression entry",
        f"{shown} ({entry.told})",
        aws_command("sesv2 delete-suppressed-destination", region=region, email_address=shown),
    )
    back = aws_command("sesv2 put-suppressed-destination", region=region, email_address=shown, reason=entry.reason)
    notes = ["If it bounces again, SES puts it back, and the bounce counts."]
    if entry.reason == "COMPLAINT":
        notes = ["Its owner called your mail spam; another complaint harms the account more than a bounce."]
    notes.append("seswizard undo does not bring it back: the entry was SES's, not seswizard's.")
    return Plan(f"take {shown} off the suppression list in {region}", (change,), "Take it off", back, tuple(notes))
