"""What a terminal shows of the app, as text: pyte's rows, and below them which colour is where, by its role.

A colour is named by the theme's role for it, never by its value: a theme that is tuned changes nothing here.
"""

from collections.abc import Iterable
from functools import cache
from io import StringIO

import pyte
import pyte.modes
from rich.console import Console
from textual.color import Color
from textual.widgets import Input

from seswizard.tui.app import SeswizardApp
from seswizard.tui.theme import INK

_THEME = {**{name: getattr(INK, name) for name in ("foreground", "background", "surface", "panel", "primary")}, **INK.variables}
_TEXTS = {
    "foreground": ".",
    "text-muted": "m",
    "text-disabled": "d",
    "text-success": "g",
    "text-secondary": "w",
    "text-warning": "v",
    "text-error": "x",
    "text-primary": "a",
    "on-accent": "i",
    "block-cursor-foreground": "c",
    "rule": "r",
    "background": "-",
}
_GROUNDS = {"background": " ", "surface": "s", "panel": "p", "here": "h", "primary": "A", "rule": "r"}
_TINTS = {"text-success": "g", "text-secondary": "w", "text-warning": "v", "text-error": "x", "primary": "a"}
LEGEND = (
    "Signs:   . text, m muted, d disabled, g ok, w waiting, v advice, x problem, a accent, i on accent, r rule,",
    "         c under the cursor, - as the background, ? another colour; a capital is bold (B: bold text)",
    "Grounds: s surface, p panel, h here, r rule, A accent, ? another; tinted: g ok, w waiting, v advice, x problem, a accent",
)
_NEAR = 2.5
"""How far, in a colour's channels (0 to 255), rounding may lead away from a mixture."""


def terminal(app: SeswizardApp) -> pyte.Screen:
    """A terminal that was sent the whole of the present frame; a text cursor is shown and does not blink."""
    for field in app.screen.query(Input):
        field.cursor_blink = False
    width, height = app.size
    sent = StringIO()
    console = Console(
        width=width, height=height, file=sent, force_terminal=True, color_system="truecolor", no_color=False, legacy_windows=False
    )
    console.print(app.screen._compositor.render_update(full=True, screen_stack=app._background_screens))
    display = pyte.Screen(width, height)
    display.set_mode(pyte.modes.LNM)
    pyte.Stream(display).feed(sent.getvalue())
    return display


@cache
def _letter(colour: str, *, ground: bool) -> str:
    """The role's letter; a colour between the background and that of a level is that level's tint."""
    seen, roles = Color.parse(f"#{colour}"), _GROUNDS if ground else _TEXTS
    exact = next((letter for role, letter in roles.items() if Color.parse(_THEME[role]) == seen), None)
    return exact or next((letter for role, letter in _TINTS.items() if _mixed(seen, Color.parse(_THEME[role]))), "?")


def _mixed(seen: Color, tint: Color) -> bool:
    """Whether a colour lies on the way from the background to the tint."""
    base = Color.parse(_THEME["background"])
    way = [end - start for start, end in zip(base.rgb, tint.rgb, strict=True)]
    gone = [end - start for start, end in zip(base.rgb, seen.rgb, strict=True)]
    share = sum(one * other for one, other in zip(way, gone, strict=True)) / sum(one * one for one in way)
    return share > 0 and all(abs(one * share - other) <= _NEAR for one, other in zip(way, gone, strict=True))


def _colours(cell: pyte.screens.Char) -> tuple[str, str]:
    return (cell.bg, cell.fg) if cell.reverse else (cell.fg, cell.bg)


def signs(display: pyte.Screen) -> Iterable[str]:
    """For each sign on the screen the letter of its colour."""
    for y in range(display.lines):
        line = ""
        for x in range(display.columns):
            cell = display.buffer[y][x]
            letter = _letter(_colours(cell)[0], ground=False) if cell.data.strip() else " "
            line += "B" if cell.bold and letter == "." else letter.upper() if cell.bold else letter
        yield line.rstrip()


def grounds(display: pyte.Screen) -> Iterable[str]:
    """For each place on the screen the letter of its background."""
    for y in range(display.lines):
        yield "".join(_letter(_colours(display.buffer[y][x])[1], ground=True) for x in range(display.columns)).rstrip()


def drawn(app: SeswizardApp, *, colours: bool) -> str:
    """The screen as a golden file holds it."""
    display = terminal(app)
    parts: list[Iterable[str]] = [(line.rstrip() for line in display.display)]
    if colours:
        parts += [LEGEND, signs(display), grounds(display)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"
