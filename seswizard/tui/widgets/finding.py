"""What was judged: a level bar, the title, what is so, what to do, and the exact value to paste."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from seswizard.core.findings import Finding
from seswizard.core.text import counted
from seswizard.tui.paint import Text, bold, joined, mark, quiet, shown
from seswizard.tui.telling import telling, to_paste

MOST = 3
"""Findings shown at once; the overview has the rest."""


class FindingPanel(Vertical):
    """One finding. `so` and `paste` may replace what is made of its evidence and remedy."""

    DEFAULT_CSS = """
    FindingPanel { height: auto; padding-left: 1; margin-top: 1;
        &.-first { margin-top: 0; }
        .title { width: 1fr; }
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

    def __init__(self, finding: Finding, *, so: Text = "", paste: str = "") -> None:
        super().__init__(classes=f"-{finding.level.value}")
        self.finding, self.so, self.paste = finding, so, paste

    def compose(self) -> ComposeResult:
        finding, remedy = self.finding, self.finding.remedy
        with Horizontal(classes="line"):
            yield Static(joined(mark(finding.level.value), "  ", bold(finding.title)), classes="title")
            yield Static(shown(finding.id), classes="id quiet wide-only")
        for line in (self.so,) if self.so else telling(finding):
            yield Static(shown(line))
        if remedy and remedy.text:
            yield Static(shown(remedy.text), classes="quiet")
        value = self.paste or to_paste(finding)
        if value:
            yield Static(shown(value), classes="value")


class Findings(Vertical):
    """Several findings, worst first, at most three; unchanged ones stay where they are."""

    DEFAULT_CSS = """
    Findings { height: auto; }
    """

    def __init__(self, *findings: Finding, id: str | None = None) -> None:
        super().__init__(id=id)
        self.findings = findings

    def compose(self) -> ComposeResult:
        for number, finding in enumerate(self.findings[:MOST]):
            panel = FindingPanel(finding)
            panel.set_class(not number, "-first")
            yield panel
        if (rest := len(self.findings) - MOST) > 0:
            yield Static(quiet(f"{counted(rest, 'more finding')}: o opens the overview"), classes="gap")

    async def show(self, *findings: Finding) -> None:
        """Show other findings."""
        if findings != self.findings:
            self.findings = findings
            if self.is_mounted:
                await self.recompose()
