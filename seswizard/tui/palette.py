"""The palette as a screen: Textual's own, which closes once, however often somebody has pressed Enter meanwhile."""

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.message import Message
from textual.widgets import Button, Input, OptionList

_DECISIONS = (Input.Submitted, OptionList.OptionSelected, Button.Pressed)


class Palette(CommandPalette):
    """Keys that were pressed before it had closed decide nothing more, and close nothing that lies beneath."""

    async def _on_message(self, message: Message) -> None:
        if self.is_active or not isinstance(message, _DECISIONS):
            await super()._on_message(message)

    def dismiss(self, result: object = None) -> AwaitComplete:
        """Close, if it is still open: Textual would close whichever screen is on top."""
        return super().dismiss(None) if self.is_active else AwaitComplete()
