"""The keys at the foot. Where they do not all fit, the least needed are left out; help and the palette have them all."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey  # Textual exports the footer, not its keys

_HELP = ("help", "app.help")
_STAY = ("open_news", "command_palette", *_HELP)
_FIRST_TO_GO = "back"
"""Escape goes back too."""
_SIDE = 2


class KeyFooter(Footer):
    """Textual's footer, never wider than the terminal."""

    _seen = 0
    _shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        keys = [one for one in super().compose() if isinstance(one, FooterKey)]
        keys.sort(key=lambda key: (key.action == "command_palette", key.action in _HELP))  # Help stands last, before the palette.
        room = self.app.size.width - _SIDE
        while sum(map(_width, keys)) > room and (spare := _spare(keys)):
            keys.remove(spare)
        yield from keys

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Build the keys anew only if other ones are to be shown: each look at the world announces them again."""
        shown = tuple(
            (one.binding.action, one.binding.description, one.enabled, one.tooltip)
            for one in screen.active_bindings.values()
            if one.binding.show
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
