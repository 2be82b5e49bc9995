"""What was judged: a level bar, the title, what is so, what to do, and the exact value to paste."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from seswizard.core.findings import Finding
from seswizard.core.text import counted
from seswizard.tui.knowing import KnowingApp
from seswizard.tui.paint import Text, changed, mark, quiet, shown
from seswizard.tui.telling import AT_ANOTHER_NAME, advised, pasted, place, telling, to_paste

MOST = 3
"""Findings shown at once; the overview has the rest."""


Parts = list[tuple[str, Content]]


class FindingPanel(Vertical):
    """One finding. `so` and `paste` may replace what is made of its evidence and remedy."""

    DEFAULT_CSS = """
    FindingPanel { height: auto; padding-left: 1; margin-top: 1;
        &.-first { margin-top: 0; }
        .mark { width: auto; padding-right: 2; }
        .so { width: 1fr; }
        .title { width: 1fr; text-style: bold; }
        .id { width: auto; padding-left: 2; }
        Static { height: auto; }
        .value { width: auto; max-width: 100%; }
        &.-ok { border-left: outer $success; }
        &.-waiting { border-left: outer $secondary; }
        &.-advice { border-left: outer $warning; }
        &.-problem { border-left: outer $error; }
        &.-unknown { border-left: outer $foreground 50%; }
    }
    """

    def __init__(self, finding: Finding, *, so: Text = "", paste: str = "", titled: bool = True) -> None:
        super().__init__(classes=f"-{finding.level.value}")
        self.finding, self.so, self.paste, self.titled = finding, so, paste, titled

    def compose(self) -> ComposeResult:
        first, below = self._words()
        with Horizontal(classes="auto"):
            yield from (Static(words, classes=name) for name, words in first)
        yield from (Static(words, classes=name) for name, words in below)

    def _words(self) -> tuple[Parts, Parts]:
        """The class and the words of each part: those beside each other in the first line, and those below."""
        finding, remedy = self.finding, self.finding.remedy
        evidence = (self.so,) if self.so else telling(finding)
        lines = [("more" if number and remedy else "", shown(line)) for number, line in enumerate(evidence)]
        if remedy and remedy.text:
            lines.append(("", quiet(advised(finding))))
        if self.titled:
            first = [("mark", mark(finding.level.value)), ("title", shown(finding.title))]
        else:
            first = [("so", lines.pop(0)[1] if lines else shown(""))]
        first.append(("id quiet wide-only", shown(finding.id)))
        # Only the wizard was given a profile; the panel may stand in another app.
        known = self.app.pasted(finding) if isinstance(self.app, KnowingApp) else finding
        below = lines
        if self.paste or finding.id in AT_ANOTHER_NAME or not pasted(finding):
            value = self.paste or to_paste(known)
            below += [("value", shown(value))] if value else []
        for paste in () if self.paste or finding.id in AT_ANOTHER_NAME else pasted(finding):
            below += [("", shown(place(paste))), ("value", shown(paste.value))]
        return first, below

    def take(self, finding: Finding) -> bool:
        """Tell of another finding in the same places; False, and unchanged, where it needs other places."""
        was, places = self.finding, self._places()
        self.finding = finding
        widgets = list(self.query(Static))
        if finding.level is not was.level or self._places() != places or len(widgets) != len(places):
            self.finding = was
            return False
        for widget, words in zip(widgets, (words for part in self._words() for _, words in part), strict=True):
            changed(widget, words)
        return True

    def _places(self) -> list[str]:
        return [name for part in self._words() for name, _ in part]


class Findings(Vertical):
    """Several findings, worst first, at most three; unchanged ones stay where they are."""

    DEFAULT_CSS = """
    Findings { height: auto; }
    """

    def __init__(self, *findings: Finding, said: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.findings, self.said = findings, said

    def compose(self) -> ComposeResult:
        for number, finding in enumerate(self.findings[:MOST]):
            panel = FindingPanel(finding, titled=finding.title != self.said)
            panel.set_class(not number, "-first")
            yield panel
        if (rest := len(self.findings) - MOST) > 0:
            yield Static(quiet(f"{counted(rest, 'more finding')}: o opens the overview"), classes="gap")

    async def show(self, *findings: Finding, said: str = "") -> None:
        """Show other findings; the title that the verdict has `said` already is not said again."""
        findings = tuple(one for one in findings if one.title != said or one.evidence or one.remedy)
        titled = [one.title != said for one in findings[:MOST]]
        before, self.findings, self.said = self.findings, findings, said
        panels = list(self.query_children(FindingPanel))
        # Most looks bring the same findings at another time, or another word: that needs no new widgets and no layout.
        same_places = len(findings) == len(before) and titled == [panel.titled for panel in panels]
        if self.is_mounted and not (same_places and all(map(FindingPanel.take, panels, findings))):
            await self.recompose()
