"""The keys at the foot: six at most. Where they do not all fit, the least needed are left out; the help has them all."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey  # Textual exports the footer, not its keys

_HELP = ("help", "app.help")
_STAY = ("open_news", "command_palette", *_HELP)
_FIRST_TO_GO = "back"
"""Where there is no room; escape goes back too."""
_MOST = 6
_SIDE = 2


class KeyFooter(Footer):
    """Textual's footer, never wider than the terminal, and short enough to be read."""

    _seen = 0
    _shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        keys = [one for one in super().compose() if isinstance(one, FooterKey)]
        focused = self.screen.focused
        if focused is not None and focused.id == "help":  # It has the keyboard: the others would do nothing.
            keys = [key for key in keys if key.action in ("app.help", "command_palette")]
        keys.sort(key=lambda key: (key.action == "command_palette", key.action in _HELP))  # Help stands last, before the palette.
        while len(keys) > _MOST and (spare := _spare([key for key in keys if key.action != _FIRST_TO_GO])):
            keys.remove(spare)
        room = self.app.size.width - _SIDE
        while sum(map(_width, keys)) > room and (spare := _spare(keys)):
            keys.remove(spare)
        yield from keys

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Build the keys anew only if other ones are to be shown: each look at the world announces them again."""
        focused = screen.focused.id if screen.focused else None
        shown = (
            focused == "help",
            *(
                (one.binding.action, one.binding.description, one.enabled, one.tooltip)
                for one in screen.active_bindings.values()
                if one.binding.show
            ),
        )
        if not self._bindings_ready or shown != self._shown:
            self._shown = shown
            super().bindings_changed(screen)

    def on_resize(self, event: Resize) -> None:
        """Choose again where there is more room, or less."""
        if self._seen and self._seen != event.size.width:
            self.call_after_refresh(self.recompose)
        self._seen = event.size.width


def _width(key: FooterKey) -> int:
    return len(key.key_display) + len(key.description) + 3


def _spare(keys: list[FooterKey]) -> FooterKey | None:
    """The key that is missed least."""
    going = [key for key in keys if key.action not in _STAY]
    return next((key for key in going if key.action == _FIRST_TO_GO), going[-1] if going else None)
