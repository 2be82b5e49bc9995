"""SES's ports by both address families: a row each, and where there is room what stood behind them."""

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from seswizard.core.login import PORTS
from seswizard.core.ports import FAMILIES, PortSeen, listed, recommendation, recommended
from seswizard.tui.paint import PLAIN, Text, bold, changed, joined, mark, quiet
from seswizard.tui.widgets.table import Table

_NONE = "-" if PLAIN else "–"
_LAYOUTS = ((7, 11, 14, 14, 9, 31), (6, 10, 13, 13, 9, 24), (6, 10, 13, 13, 9, 0))
_LABEL = 18


class PortsTable(Vertical):
    """Rows appear at once and fill as answers come; the last line says which port to use."""

    DEFAULT_CSS = """
    PortsTable { height: auto;
        Static { height: auto; }
        .-none { display: none; }
    }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.seen: tuple[PortSeen, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(bold("Ports"), id="ports-head")
        yield Table(layouts=_LAYOUTS, id="ports-rows")
        yield Static("", id="ports-behind", classes="wide-only -none")

    def show(self, seen: tuple[PortSeen, ...], *, chosen: int, trying: bool, why_not: Text = "") -> None:
        """Show what was seen so far; `why_not` where nothing could be tried at all."""
        self.seen = seen
        changed(self.query_one("#ports-head", Static), joined(bold("Ports"), "  ", self._line(trying, why_not)))
        best = None if trying else recommended(seen)
        rows = [_row(port, mode, seen, chosen=chosen, best=best, trying=trying) for port, mode in PORTS]
        self.query_one("#ports-rows", Table).show(_HEAD, *rows)
        behind = self.query_one("#ports-behind", Static)
        lines = tuple(_behind(seen))
        behind.set_class(not lines, "-none")
        changed(behind, joined(*(part for line in lines for part in (line, "\n")))[:-1] if lines else "")

    def _line(self, trying: bool, why_not: Text) -> Text:
        if why_not:
            return joined(mark("unknown"), "  ", quiet(why_not))
        if trying:
            return quiet(f"trying {len(PORTS)} ports by IPv4 and IPv6, {len(self.seen)} of {len(PORTS) * len(FAMILIES)} answered")
        return quiet(recommendation(self.seen)) if self.seen else quiet("not tried; p tries them")


_HEAD: tuple[Text, ...] = (quiet("Port"), "", quiet("IPv4"), quiet("IPv6"), quiet("TLS"), "")


def _row(port: int, mode: str, seen: tuple[PortSeen, ...], *, chosen: int, best: int | None, trying: bool) -> tuple[Text, ...]:
    mine = {one.family: one for one in seen if one.port == port}
    cells = [_cell(mine.get(family), trying) for family in FAMILIES]
    tls = next((one.tls for one in mine.values() if one.open and one.tls), "")
    if port == best:
        remark: Text = bold("use this one")
    elif port == chosen:
        remark = "chosen"
    else:
        remark = quiet(next((one.why_not for one in mine.values() if one.blocked), ""))
    way = "STARTTLS" if mode == "starttls" else "TLS"
    return bold(str(port)), way, *cells, tls or quiet(_NONE), remark


def _cell(one: PortSeen | None, trying: bool) -> Text:
    if one is None:
        return mark("waiting", "trying") if trying else quiet(_NONE)
    if one.absent:
        return quiet(f"{_NONE} none here")
    if one.blocked:
        return mark("advice", "blocked")
    return mark("ok", milliseconds(one.connected or 0.0))


def _behind(seen: tuple[PortSeen, ...]) -> Iterable[Text]:
    """Certificate, greeting and time of the whole try, each value once with the ports that gave it."""
    opened = tuple(one for one in seen if one.open)
    read: tuple[tuple[str, Callable[[PortSeen], str]], ...] = (
        ("Certificate", lambda one: one.certificate),
        ("Greeting", lambda one: one.banner),
    )
    for label, value in read:
        for said in dict.fromkeys(value(one) for one in opened if value(one)):
            ports = dict.fromkeys(one.port for one in opened if value(one) == said)
            everywhere = len(ports) == len({one.port for one in opened})
            yield joined(quiet(label.ljust(_LABEL)), said, quiet("" if everywhere else f"  {listed(ports)}"))
    if opened:
        times = "  ".join(f"{one.port} {milliseconds(one.seconds)}" for one in opened if one.family == opened[0].family)
        yield joined(quiet("With TLS, in all".ljust(_LABEL)), quiet(times))


def milliseconds(seconds: float) -> str:
    """`38 ms`."""
    return f"{seconds * 1000:.0f} ms"
