"""The first questions: which domain or address, what will send, which region. And the road, with honest times."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static

from seswizard.core.names import BadNameError, DomainName, IdentityName, domain_of, parse_identity
from seswizard.core.offer_words import API_ONLY, understood
from seswizard.core.regions import CHOOSE_REGION, REGION_NAMES, has_smtp, matching_regions, not_usable, place_words
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import ROAD, SENDERS
from seswizard.tui.messages import Chosen
from seswizard.tui.paint import Text, bold, glyph, joined, mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid
from seswizard.tui.widgets.rows import Row, Rows
from seswizard.tui.words import help_of

_CHOOSE = f"{CHOOSE_REGION[0].upper()}{CHOOSE_REGION[1:]}."
_REGIONS = 4
"""Rows of the list of regions that are seen at once."""


class FirstRunScreen(StepScreen):
    """Three answers, each checked while it is typed; then one look, and the road begins."""

    heading = "Set up Amazon SES and prove that it works"
    AUTO_FOCUS = "#name"
    HELP = help_of(
        "first",
        "What will happen",
        "No AWS account at hand? `seswizard demo` runs all of this against an embedded world. With a screen reader,"
        " `seswizard setup --linear` asks the same as plain lines.",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "start", "Start", key_display="F2", id="first.start", tooltip="Look, and begin"),
    ]

    def __init__(self, remembered: tuple[DomainChoices, ...] = (), given: IdentityName | None = None) -> None:
        super().__init__()
        self._regions: tuple[str, ...] = ()
        """Those that are listed, the nearest first; none once the field holds one."""
        self._named = str(given or "") or (remembered[0].name if len(remembered) == 1 else "")
        """What stands in the field at first."""
        self._only_region = given is not None and not self.session.region
        """Whether the name was given, and only the region is to be asked for."""
        if self._only_region:
            self.AUTO_FOCUS = "#region"  # type: ignore[misc]  # this screen's own

    def compose_body(self) -> ComposeResult:
        with Grid(classes="form"):
            yield Static("Send mail from", classes="quiet")
            yield Input(self._named, placeholder=self.app.proposed[0] or "your-domain.example", id="name")
            yield Static("")
            yield Static(self._ask(), id="name-answer", classes="hint")
            yield Static("What will send", classes="quiet")
            yield Rows(*_senders(0), layouts=((34, 30), (34, 24), (34, 0)), id="sender")
            yield Static("")
            yield Static("")
            yield Static("Region", classes="quiet")
            yield Input(self.session.region, id="region", suggester=SuggestFromList(sorted(REGION_NAMES)))
            yield Static("", id="beside-regions")
            yield Rows(layouts=((18, 34), (18, 22)), id="regions")
            yield Static("")
            yield Static(self._region_answer(self.session.region)[1], id="region-answer", classes="hint")
        yield FactsGrid(
            *ROAD,
            ("", quiet("leave any time: it goes on where it stands")),
            id="road",
        )

    def on_mount(self) -> None:
        """The list of senders does not scroll: it shows its three rows. That of regions does."""
        self.query_one("#sender").styles.max_height = len(SENDERS)
        self.query_one("#regions").styles.max_height = _REGIONS
        self._list_regions()

    def on_resize(self) -> None:
        """Where there is no room for both, the regions are more urgent than the promises."""
        self._list_regions()

    def verdict(self) -> Say:
        """What to do on this screen."""
        return Say(
            "doing",
            _CHOOSE if self._only_region else "Type the domain that your mail will come from.",
            "Then: from a fresh account to a bounce you have seen come back.",
        )

    def primary(self) -> Do:
        """Start; a wrong answer is said under its field."""
        return Do("Start", "only looks; every change is shown to you first", self.action_start)

    async def look_once(self) -> None:
        """There is nothing to look at yet."""

    def note(self) -> Text:
        """Nothing ticks here."""
        return ""

    def action_start(self) -> None:
        """Check all answers; go, or to the first wrong one."""
        name, region = self._named_so_far(), self._typed("#region")
        wrong, answer = self._region_answer(region)
        if wrong and self._regions:
            answer = mark("problem", CHOOSE_REGION)
        self.query_one("#region-answer", Static).update(answer)
        if name is None:
            self._answer_name(left=True)
            self.query_one("#name").focus()
        elif wrong:
            self.query_one("#region").focus()
        else:
            self.app.post_message(Chosen(name, region, self._sends_by()))

    # ---- the name -------------------------------------------------------------------------------------------

    @on(Input.Changed, "#name")
    def _typing(self) -> None:
        self._answer_name(left=False)

    @on(Input.Blurred, "#name")
    def _left_name(self) -> None:
        self._answer_name(left=True)

    @on(Input.Submitted, "#name")
    def _name_taken(self) -> None:
        if self._named_so_far() is None:
            self._answer_name(left=True)
        else:
            self.query_one("#sender").focus()

    def _named_so_far(self) -> IdentityName | None:
        try:
            return parse_identity(self._typed("#name"))
        except BadNameError:
            return None

    def _ask(self) -> Text:
        """What belongs into the field."""
        name, why = self.app.proposed
        return joined(quiet("type "), bold(name), quiet(f", {why}")) if name else quiet("a domain, or a single address")

    def _answer_name(self, *, left: bool) -> None:
        """The sentence under the field: calm while typing, a problem only once the field was left."""
        typed, answer = self._typed("#name"), self.query_one("#name-answer", Static)
        if not typed:
            answer.update(self._ask())
            return
        try:
            answer.update(_praise(parse_identity(typed), typed))
        except BadNameError as error:
            answer.update(mark("problem", str(error)) if left else quiet(str(error)))

    # ---- what sends, and where ------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted, "#sender")
    def _sender_changed(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one("#sender", Rows).show(*_senders(event.option_index))
        self._answer_region()

    @on(OptionList.OptionSelected, "#sender")
    def _sender_taken(self) -> None:
        self.query_one("#region").focus()

    @on(Input.Changed, "#region")
    def _answer_region(self) -> None:
        self.query_one("#region-answer", Static).update(self._region_answer(self._typed("#region"))[1])
        self._list_regions()

    @on(Input.Submitted, "#region")
    def _region_taken(self) -> None:
        if self._regions:
            self._take_region(self.query_one("#regions", Rows).highlighted)
        else:
            self.action_start()

    @on(OptionList.OptionSelected, "#regions")
    def _region_picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take_region(event.option_index)

    @on(OptionList.OptionHighlighted, "#regions")
    def _region_under_cursor(self) -> None:
        self._draw_regions()

    def _take_region(self, at: int | None) -> None:
        """Put the region under the cursor into the field; the next enter starts."""
        if at is not None and at < len(self._regions):
            field = self.query_one("#region", Input)
            field.value = self._regions[at]
            field.cursor_position = len(field.value)
            field.focus()

    def _list_regions(self) -> None:
        """The regions that what was typed may become, while it is none yet."""
        typed, listed = self._typed("#region"), self.query_one("#regions", Rows)
        found = () if typed in REGION_NAMES else matching_regions(typed, self.session.services.here.time_zone)
        anew, self._regions = found != self._regions, found
        self._draw_regions()
        if anew and found:
            listed.highlighted = 0
        listed.display = self.query_one("#beside-regions").display = bool(found)
        self.query_one("#road").display = not found or self.has_class("-tall")

    def _draw_regions(self) -> None:
        listed = self.query_one("#regions", Rows)
        at = listed.highlighted or 0
        listed.show(
            *(
                (joined(glyph("doing" if number == at else "open"), f" {region}"), quiet(place_words(region)))
                for number, region in enumerate(self._regions)
            )
        )

    def action_scroll_or_move(self, way: str) -> None:
        """In the region's field the arrows move in its list."""
        listed = self.query_one("#regions", Rows)
        if self.query_one("#region").has_focus and listed.display and way in ("up", "down"):
            move = listed.action_cursor_up if way == "up" else listed.action_cursor_down
            move()
        else:
            super().action_scroll_or_move(way)

    def _sends_by(self) -> str:
        at = self.query_one("#sender", Rows).highlighted
        return SENDERS[at or 0][0]

    def _region_answer(self, region: str) -> tuple[bool, Text]:
        """Whether the region will not do, and the sentence under the field."""
        if wrong := not_usable(region, self.session.region, changes=self.app.rewire is not None):
            if not region or (self.is_mounted and self._regions):
                return True, quiet("arrows choose, enter takes it; the nearest is the first")
            return True, mark("problem", wrong)
        place = REGION_NAMES[region]
        if not has_smtp(region) and self.is_mounted and self._sends_by() == "smtp":
            return False, mark("advice", f"{place}; {API_ONLY}")
        return False, quiet(joined(place, "; SES and SMTP" if has_smtp(region) else "; SES, mail by API only"))

    def _typed(self, field: str) -> str:
        return self.query_one(field, Input).value.strip()


def _senders(chosen: int) -> tuple[Row, ...]:
    return tuple(
        (joined(glyph("doing" if number == chosen else "open"), f" {words}"), quiet(more))
        for number, (_, words, more) in enumerate(SENDERS)
    )


def _praise(name: IdentityName, typed: str) -> Text:
    """What was understood."""
    domain = domain_of(name)
    if isinstance(name, DomainName) and domain.text != typed.lower().removesuffix("."):
        return mark("ok", f"SES will know it as {domain}")
    return mark("ok", understood(name))
