"""The account's suppression list: whom SES sends nothing, why, and how an address comes off it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, OptionList, Static

from seswizard.actions.suppression import find_address, prepare_removal, whole_list
from seswizard.core.facts import Facts
from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.findings import Finding, Report
from seswizard.core.reading import Seen
from seswizard.core.suppression import GLOBAL_LIST, Suppressed, given_address, listed, matching, not_listed, settings, to_csv
from seswizard.core.text import printable
from seswizard.tui.paint import Text, changed, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.rows import Row, Rows

_LAYOUTS = ((58, 14, 18), (44, 13, 18), (34, 13, 12))
MOST = 200
"""Rows that are shown at once; more are found by typing."""
IN_SANDBOX = "In the sandbox AWS may not offer this list yet; nothing is wrong then."


class SuppressionScreen(StepScreen):
    """The list with a search, and what may be done with an entry."""

    step = "suppression"
    heading = "Suppression list"
    AUTO_FOCUS = "#search"
    parts = frozenset({"suppression"})
    HELP = f"""\
### Suppression list

SES puts an address on this list after a hard bounce or a complaint, and then sends it nothing. It belongs to the account
and region. Take an address off only if you know that the mailbox works and wants your mail.

Typing filters the list, the arrows choose. F2 looks for one address in any spelling, F3 saves what is shown as CSV.

{GLOBAL_LIST}
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2,a", "check", "Check address", id="suppression.check", tooltip="Whether one address is on the list"),
        Binding("f3,s", "save", "Save CSV", id="suppression.save", tooltip="Save the addresses that are shown to a file"),
        Binding("slash", "search", "Search", show=False, id="suppression.search", tooltip="Filter the list"),
    ]

    def __init__(self, about: str = "") -> None:
        super().__init__()
        self._about = about
        """An address to look for before the list is read."""
        self.entries: tuple[Suppressed, ...] | None = None
        """None while the list was not read."""
        self.shown_entries: tuple[Suppressed, ...] = ()
        self.failure: Failure | None = None
        self.finding: Finding | None = None
        self._seen = 0

    def compose_body(self) -> ComposeResult:
        yield Findings(id="findings")
        with Horizontal(classes="line", id="searching"):
            yield Static(quiet("Search"), classes="label")
            yield Input(id="search", placeholder="part of an address")
        yield Rows(layouts=_LAYOUTS, middle=0, id="listed", classes="gap")
        yield Static("", id="more", classes="quiet auto")
        yield Static(quiet(GLOBAL_LIST), id="global", classes="auto gap")

    DEFAULT_CSS = """
    SuppressionScreen { .label { width: 10; } Rows { max-height: 34vh; }
        #searching.-found { margin-top: 1; }
        &.-tall Rows { max-height: 50vh; }
    }
    """

    # ---- looking --------------------------------------------------------------------------------------------

    async def look_once(self) -> None:
        """First the address this is about, then the whole list, a page a second."""
        services, self.failure, self._seen = self.session.services, None, 0
        try:
            if "account" not in self.session.looked:
                await self.app.look(frozenset({"account"}))
            if self._about:
                about, self._about = self._about, ""
                await self._find(about)
            self.entries = tuple(
                sorted(await whole_list(services, counted=self._counted), key=lambda one: (one.address.casefold(), one.address))
            )
        except FailureError as error:
            self.failure = error.failure
        self._filter()

    def _counted(self, number: int) -> None:
        self._seen = number
        self.tick()

    async def _find(self, address: str) -> None:
        found = await find_address(self.session.services, address, self._counted)
        entry = found.entry
        self.finding = listed(entry, address, self._reasons()) if entry else not_listed(address, self.session.region)
        await self._tell()
        self.query_one("#search", Input).value = printable(entry.address) if entry else ""
        if entry and self.entries is None:
            self.entries = (entry,)
        self._filter()

    async def _tell(self) -> None:
        """What was found of one address, above the list."""
        await self.query_one("#findings", Findings).show(*((self.finding,) if self.finding else ()))
        self.query_one("#searching").set_class(self.finding is not None, "-found")

    def _reasons(self) -> tuple[str, ...]:
        account = self.session.facts.account if self.session.facts else None
        return account.value.suppressed_reasons if isinstance(account, Seen) else ()

    # ---- showing --------------------------------------------------------------------------------------------

    async def show(self, facts: Facts, report: Report) -> None:
        """The session's facts tell only the account's settings."""
        self._filter()

    @on(Input.Changed, "#search")
    def _filter(self) -> None:
        found = matching(self.entries or (), self.query_one("#search", Input).value.strip())
        self.shown_entries = found
        self.query_one(Rows).show(*(_row(one) for one in found[:MOST]))
        more = len(found) - MOST
        changed(self.query_one("#more", Static), f"… and {more:,} more; type to narrow them down." if more > 0 else "")
        self.refresh_frame()

    @on(Input.Submitted, "#search")
    def _searched(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one("#go").focus()

    @on(OptionList.OptionHighlighted, "#listed")
    def _moved(self) -> None:
        self.refresh_frame()

    @on(OptionList.OptionSelected, "#listed")
    async def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one("#go").focus()

    def verdict(self) -> Say:
        """How many there are, and what the account does."""
        facts = self.session.facts
        region = self.session.region
        if self.failure:
            unseen = self.failure.kind.startswith(("access.", "dns.", "aws."))
            then = IN_SANDBOX if self.session.standing == "sandbox" else self.failure.remedy
            return Say("unknown" if unseen or self.entries is None else "problem", self.failure.title, then)
        if self.looking and (self.entries is None or self._seen):
            return Say("waiting", f"Reading the list: {self._seen:,} so far.", "SES gives one page a second.")
        if self.entries is None:
            return Say("waiting", "Reading the list.")
        then = settings(self._reasons()) if facts and isinstance(facts.account, Seen) else ""
        title = f"{counted_addresses(len(self.entries))} on the account’s suppression list in {region}."
        return Say("ok", title, then)

    def note(self) -> Text:
        """How many match the search."""
        if self.entries is None or len(self.shown_entries) == len(self.entries):
            return ""
        return quiet(f"{len(self.shown_entries):,} of {len(self.entries):,} match")

    def primary(self) -> Do | None:
        """Take the chosen one off; check one where there is none."""
        if self.entries is None and self.failure:
            return Do("Try again", "nothing is lost", self.action_look_now)
        if self.entries is None:
            return Do("Check an address", "the list is being read", self._check)
        if (entry := self._chosen()) is None:
            return Do("Check an address", "in any spelling", self._check)
        return Do("Show the plan", f"takes {printable(entry.address)} off", self._remove)

    def _chosen(self) -> Suppressed | None:
        at = self.query_one(Rows).highlighted if self.is_mounted and self.query(Rows) else None
        return self.shown_entries[at] if at is not None and at < min(len(self.shown_entries), MOST) else None

    # ---- doing ----------------------------------------------------------------------------------------------

    async def _remove(self) -> None:
        entry = self._chosen()
        if entry is None:
            return
        prepared = await prepare_removal(self.session.services, entry.address, self._counted)
        if isinstance(prepared, Failure):
            self.failure = prepared
            self.refresh_frame()
            return
        outcome = await self.app.ask_for_consent(prepared)
        if outcome is None:
            return
        if outcome.failure:
            self.failure = outcome.failure
            self.refresh_frame()
            return
        self.finding = None
        await self._tell()
        self.entries = tuple(one for one in self.entries or () if one.address != entry.address)
        self.notify(outcome.title, markup=False)
        self._filter()

    def _check(self) -> None:
        self.action_check()

    @work(exclusive=True, group="check", description="looking for one address")
    async def action_check(self) -> None:
        """Ask for an address, and say whether it is listed."""
        from seswizard.tui.modals.ask import AskSheet

        sentence, typed = "It is looked for as you type it, in lower case, and in other letter cases.", ""
        while (answer := await self.app.push_screen_wait(AskSheet("Check an address", sentence, typed, "Check"))) is not None:
            try:
                await self._find(given_address(answer))
                break
            except BadInputError as error:
                sentence, typed = str(error), answer
            except FailureError as error:
                self.failure = error.failure
                self.refresh_frame()
                break

    @work(exclusive=True, group="save", description="saving the list")
    async def action_save(self) -> None:
        """Save the addresses that are shown."""
        from seswizard.tui.modals.ask import AskSheet

        entries, region = self.shown_entries, self.session.region
        sentence = f"{counted_addresses(len(entries))}, with reason and date."
        ask = AskSheet("Save as CSV", sentence, f"suppression-{region}.csv", "Save")
        if (path := await self.app.push_screen_wait(ask)) is None:
            return
        try:
            await self.session.services.files.write(path, to_csv(entries), 0o600)
        except FailureError as error:
            self.notify(error.failure.title, severity="warning", markup=False)
            return
        self.notify(f"Saved to {printable(path)}", markup=False)

    def action_search(self) -> None:
        """Filter the list."""
        self.query_one("#search").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to save before the list was read."""
        if action == "save":
            return True if self.shown_entries else None
        return super().check_action(action, parameters)


def counted_addresses(number: int) -> str:
    """`1 address`, `2 addresses`."""
    return "1 address" if number == 1 else f"{number:,} addresses"


def _row(entry: Suppressed) -> Row:
    return (printable(entry.address), entry.why, quiet(f"{entry.since:%Y-%m-%d %H:%M}"))
