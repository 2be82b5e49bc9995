"""The App's side towards the terminal: colours, sizes, title, clipboard, crash reports. It knows nothing of SES."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.events import Event, Key, Resize
from textual.screen import Screen
from textual.widget import Widget

from seswizard.core.failure import BUG, FailureError, place_of
from seswizard.core.text import printable
from seswizard.ports import Clipboard, StateStore
from seswizard.tui.keys import COMMON_KEYS
from seswizard.tui.paint import PLAIN
from seswizard.tui.quiet import never_refuse, read_any_byte
from seswizard.tui.theme import INK, THEMES, span_styles

TOO_SMALL = f"needs 80{'x' if PLAIN else '×'}24 (or use health --format text)"
"""What a terminal under 60×16 shows; it goes on when enlarged."""

WIDTHS = [(0, "-slim"), (60, "-narrow"), (102, "-wide"), (116, "-roomy")]
HEIGHTS = [(0, "-flat"), (16, "-low"), (24, "-short"), (34, "-tall")]
"""From which column or row on a screen, also a modal one, has which class."""


def take_size(screen: Screen[Any]) -> None:
    """Give a screen the classes of its size before it is first laid out; Textual does so only after the first frame."""
    size = screen.app.size
    for length, table in ((size.width, WIDTHS), (size.height, HEIGHTS)):
        screen.add_class(next(name for least, name in reversed(table) if length >= least))


FIRST_FRAME = """
Screen { background: $background; color: $foreground; }
#first-top { height: 1; padding: 0 2; background: $surface; text-style: bold; &:ansi { background: ansi_default; } }
#first-say { height: auto; padding: 1 2; }
"""
"""The looks of the very first frame; the style sheet comes with the first screen, for parsing it takes its time."""

_ON_DISK = "What was done is in the journal; start again to go on."
_BROKEN = 3
"""The exit code after a fault of our own, in every face."""

ROOM = (60, 16)
"""Under this many columns or rows there is only the sentence."""


def commands() -> type[Provider]:
    """The palette's provider, loaded when the palette opens."""
    from seswizard.tui.commands import WizardCommands

    return WizardCommands


class TerminalApp(App[str]):
    """What any of our full-screen programs needs of a terminal."""

    consent_pauses: tuple[float, float] = (0.7, 0.3)
    """Seconds before and after an Enter in which no other may come if it is to agree to a plan: a key that is held down repeats
    after two thirds of a second at the latest where nobody changed it, and then ten times a second or more."""
    enters: tuple[float, float] = (0.0, 0.0)
    """When Enter was pressed before and at last, by Textual's clock of events."""
    CSS = FIRST_FRAME
    TITLE = "seswizard"
    BINDINGS: ClassVar[list[BindingType]] = COMMON_KEYS
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {commands}
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def leave_on_signals(self) -> None:
        """End in order when told to end from outside: the terminal is given back as it was."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread, or not on this system
                loop.add_signal_handler(number, self.leave, 128 + number)

    def leave(self, code: int) -> None:
        """End with this code."""
        self.exit(return_code=code)

    def __init__(self, state: StateStore, clipboard: Clipboard) -> None:
        if not os.environ.get("NO_COLOR"):
            os.environ.pop("NO_COLOR", None)  # An empty value means nothing; Textual would take it for a wish.
        # With NO_COLOR: the terminal's own two colours, no grey film over ours (Textual picks the filter here, once).
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._saved_theme = INK.name
        self._state, self._clipboard_program = state, clipboard
        self._focused_before: dict[Screen[Any], Widget] = {}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The span styles of the marks, for whichever theme is in force."""
        return span_styles(self.current_theme, ansi=self.native_ansi_color)

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        """The driver, made to bear whatever a terminal does: Textual has no public place for it."""
        driver = super()._build_driver(headless, inline, mouse, size)
        never_refuse(driver)
        read_any_byte()
        return driver

    async def on_event(self, event: Event) -> None:
        """Note when Enter was read, before anything is done about it; one that nobody wanted comes here again."""
        if isinstance(event, Key) and event.key == "enter" and event.time > self.enters[-1]:
            self.enters = (self.enters[-1], event.time)
        await super().on_event(event)

    async def on_load(self) -> None:
        """Take the remembered theme before anything is drawn."""
        try:
            theme = await self._state.theme()
        except FailureError:
            return
        if theme in self.available_themes:
            self._saved_theme = self.theme = theme

    def on_resize(self, event: Resize) -> None:
        """A terminal too small for the frame takes the focus away with it; an enlarged one gets it back."""
        if event.size.width < ROOM[0] or event.size.height < ROOM[1]:
            self._focused_before = {screen: screen.focused for screen in self.screen_stack if screen.focused}
        elif self._focused_before:
            self.set_timer(0.05, self._focus_again)

    def _focus_again(self) -> None:
        for screen, widget in self._focused_before.items():
            if screen in self.screen_stack and screen.focused is None and widget.is_attached:
                screen.set_focus(widget)
        self._focused_before.clear()

    def watch_theme(self, theme: str) -> None:
        """Remember a theme that the person has chosen."""
        if self._running and theme != self._saved_theme:
            self._saved_theme = theme
            self.run_worker(self._save_theme(theme), group="theme", description="remembering the theme")

    async def _save_theme(self, theme: str) -> None:
        try:
            await self._state.save_theme(theme)
        except FailureError as error:
            self.notify(error.failure.title, markup=False)

    def copy(self, text: str, what: str) -> None:
        """Copy by the terminal (OSC 52) and by the platform's program; `what` names it in the toast."""
        self.copy_to_clipboard(text)

        async def send() -> None:
            try:
                await self._clipboard_program.copy(text)
            except FailureError as error:
                self.log(error.failure.kind)
            self.clear_notifications()  # Only the last one matters, and there is air for one.
            self.notify(f"{what} sent to clipboard", markup=False)

        self.run_worker(send(), group="copy", description="copying")

    def set_terminal_title(self, title: str) -> None:
        """Show this in the terminal's title."""
        self.title = title
        if self._driver is not None:
            self._driver.write(f"\x1b]2;{printable(title)}\x07")

    def get_key_display(self, binding: Binding) -> str:
        """Keys in words where their sign is missing from many fonts; function keys as they are printed on keyboards."""
        if binding.key == "enter" and not binding.key_display:
            return "enter"
        shown = super().get_key_display(binding)
        return shown.upper() if shown[:1] == "f" and shown[1:].isdigit() else shown

    def notify(self, message: str, **told: Any) -> None:
        """Show a toast; one that is still to be seen is not put up a second time."""
        if all(toast.message != message or toast.has_expired for toast in self._notifications):
            super().notify(message, **told)

    def action_command_palette(self) -> None:
        """Open the palette."""
        from seswizard.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def action_help_quit(self) -> None:
        """Ctrl-C copies what is selected; with nothing selected it says which key leaves, and changes nothing."""
        self.notify("ctrl+q quits. Ctrl-C only copies what is selected.", markup=False)

    def action_help(self) -> None:
        """The help takes the rail's place, the whole screen when narrow; again closes it."""
        from seswizard.tui.widgets.help import Help

        open_panels = self.screen.query(Help)
        for panel in open_panels:
            panel.give_back()
        if open_panels:
            open_panels.remove()
        else:
            self.screen.mount(Help())
        self.screen.toggle_class("-help")

    def panic(self, *renderables: Any) -> None:
        """End after a fault that Textual met outside our code; it would end with 0, and print where it was."""
        self.exit(return_code=_BROKEN)
        super().panic(f"{BUG} {_ON_DISK}")

    def _fatal_error(self) -> None:
        """Say which fault it was and where, without a traceback: nobody but us can read one, and its locals may be secrets."""
        self.bell()
        error = sys.exc_info()[1]
        self.exit(return_code=_BROKEN)
        self._exit_renderables.append(f"{BUG.rstrip('.')}: {place_of(error)}. {_ON_DISK}" if error else f"{BUG} {_ON_DISK}")
        self._close_messages_no_wait()
