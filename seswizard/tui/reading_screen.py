"""A screen into which a text is pasted, to be told what it means: a mail's header fields, a reply, a log, a record.

What is pasted is foreign through and through: control characters become visible before the text area ever draws them.
"""

from abc import abstractmethod
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.widgets import Static, TextArea

from seswizard.core.facts import Facts
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.findings import Finding, Report, speaking, worst_first
from seswizard.core.marks import mark_of
from seswizard.core.text import counted, printable
from seswizard.tui.paint import PLAIN, Text, joined, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.finding import FindingPanel

LONGEST = 200_000
"""Characters that are taken from a paste; a longer text is read from its file."""
_LINES = 12
"""Lines of evidence in one card."""


def pasted(text: str) -> str:
    """A pasted text with its lines and tabs, and everything else that is not to be seen made visible."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.splitlines())


class PasteArea(TextArea):
    """A text area that draws no control character."""

    DEFAULT_CSS = """
    PasteArea { height: 11; border: none; padding: 0 1; background: $panel;
        &:focus { border: none; background: $here; background-tint: $foreground 0%; }
        &:ansi { background: ansi_default; border: round ansi_default; }
    }
    """

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        if len(event.text) > LONGEST:
            self.notify(f"Only the first {LONGEST:,} characters were taken; F3 reads a file.", markup=False)
        self.replace(pasted(event.text[:LONGEST]), *self.selection)
        self.move_cursor(self.document.end)


class ReadingScreen(StepScreen):
    """The text, and then what it says as cards; a subclass reads."""

    AUTO_FOCUS = "#paste"
    parts = frozenset({"nothing"})
    hint: ClassVar[str] = ""
    longest_file: ClassVar[int] = 1_000_000
    """Bytes that are read of a file."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "read", "Read", id="reading.read", tooltip="Say what the text means, or take another one"),
        Binding("f3", "file", "From a file", id="reading.file", tooltip="Read a file in place of a paste"),
        Binding("c,f10", "copy", "Copy", id="reading.copy", tooltip="Copy what was found as plain text"),
    ]
    DEFAULT_CSS = """
    ReadingScreen { #cards { height: auto; display: none; }
        &.-read { #cards { display: block; } #text { display: none; } }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.findings: tuple[Finding, ...] = ()
        self.what = ""
        """What was read, as the beginning of a sentence; empty before that."""
        self.refused = ""
        self.reading = False

    # ---- what a subclass says -------------------------------------------------------------------------------

    @abstractmethod
    async def read_text(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        """What a pasted text is, and what it says.

        Raises:
            BadInputError: it is none of what is read here.
        """

    @abstractmethod
    async def read_bytes(self, content: bytes) -> tuple[str, tuple[Finding, ...]]:
        """The same of a file's content."""

    # ---- the frame ------------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        with Vertical(id="text", classes="auto"):
            yield Static(quiet(self.hint), classes="auto")
            yield PasteArea(id="paste", soft_wrap=True, show_line_numbers=False, tab_behavior="focus", classes="gap")
        yield Vertical(id="cards")

    async def look_once(self) -> None:
        """Nothing is looked at before there is a text."""

    async def show(self, facts: Facts, report: Report) -> None:
        """The session's facts tell nothing here."""

    def note(self) -> Text:
        """How many things were found."""
        return quiet(counted(len(self.findings), "finding")) if self.findings else ""

    def verdict(self) -> Say:
        """The worst of what was found, or what is wanted."""
        if self.reading:
            return Say("waiting", "Reading.")
        if self.refused:
            return Say("problem", self.refused)
        if worst := speaking(self.findings):
            return Say(worst.level.value, worst.title, self.what)
        return Say("doing", "Paste the text below.", "Nothing of it is kept.")

    def primary(self) -> Do:
        """Read, or take another one."""
        if self.has_class("-read"):
            return Do("Another text", "the one before is still there to change", self.action_read)
        return Do("Read", "F2 does the same from within the text", self.action_read)

    # ---- reading --------------------------------------------------------------------------------------------

    def action_read(self) -> None:
        """Read what is in the text area; once read, back to the text."""
        if self.has_class("-read"):
            self._back_to_text()
            return
        text = self.query_one(PasteArea).text
        if text.strip():
            self._read(text)
        else:
            self.refused = "There is nothing to read: the text is empty."
            self.refresh_frame()

    def _back_to_text(self) -> None:
        self.findings, self.what, self.refused = (), "", ""
        self.remove_class("-read")
        self.query_one(PasteArea).focus()
        self.refresh_frame()

    @work(exclusive=True, group="file", description="asking for a file")
    async def action_file(self) -> None:
        """Ask for a file's name, and read it."""
        from seswizard.tui.modals.ask import AskSheet

        path = await self.app.push_screen_wait(AskSheet("Read a file", "Its name; nothing of it is kept.", "", "Read"))
        if path is None:
            return
        try:
            content, more = await self.session.services.files.read_bytes(path, self.longest_file)
        except FailureError as error:
            self.refused = error.failure.title
            self.refresh_frame()
            return
        if more:
            self.notify(f"Only the first {self.longest_file:,} bytes were read.", markup=False)
        self._read(content)

    @work(exclusive=True, group="read", description="reading a text")
    async def _read(self, given: str | bytes) -> None:
        self.refused, self.reading = "", True
        self.refresh_frame()
        try:
            self.what, self.findings = await (self.read_bytes(given) if isinstance(given, bytes) else self.read_text(given))
        except BadInputError as error:
            self.refused = str(error)
        finally:
            self.reading = False
        if not self.refused:
            await self._show_cards()
        self.refresh_frame()

    async def _show_cards(self) -> None:
        cards = self.query_one("#cards", Vertical)
        spoken = self.verdict().sentence
        panels = [FindingPanel(one, so=card(one), titled=one.title != spoken) for one in worst_first(self.findings)]
        for panel in panels[:1]:
            panel.set_class(True, "-first")
        async with self.batch():
            await cards.remove_children()
            await cards.mount_all(panels)
        self.add_class("-read")
        self.query_one("#go").focus()
        self.query_one("#body").scroll_home(animate=False)

    # ---- keys -----------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to copy once there are findings."""
        if action == "copy":
            return bool(self.findings)
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Escape: leave the text, close the help, back to the text, go back."""
        if isinstance(self.focused, TextArea):
            self.query_one("#go").focus()
        elif self.has_class("-read") and not self.has_class("-help"):
            self._back_to_text()
        else:
            super().action_leave()

    def action_copy(self) -> None:
        """Copy what was found."""
        self.app.copy("\n".join(line for one in worst_first(self.findings) for line in plain(one)), "Findings")


def card(finding: Finding) -> Text:
    """All that speaks for a finding, a line each, and who said so once where it was always the same."""
    sources = dict.fromkeys(one.source for one in finding.evidence)
    same = next(iter(sources)) if len(sources) == 1 else ""
    lines: list[Text] = []
    for one in finding.evidence[:_LINES]:
        source = quiet(f"  {one.source}") if one.source and not same else ""
        lines.append(joined(quiet(f"{one.label}  "), one.seen, source))
    if (more := len(finding.evidence) - _LINES) > 0:
        lines.append(quiet(f"… and {more} more"))
    if same:
        lines.append(quiet(f"so says {same}"))
    return joined(*[part for line in lines for part in (line, "\n")][:-1]) if lines else ""


def plain(finding: Finding) -> list[str]:
    """A finding as lines of plain text."""
    look = mark_of(finding.level)
    lines = [f"{look.shown(plain=PLAIN)} {look.word:<8} {finding.title}  ({finding.id})"]
    if finding.remedy and finding.remedy.text:
        lines.append(f"           {finding.remedy.text}")
    return lines + [f"           {one.label}: {one.seen}" for one in finding.evidence]
