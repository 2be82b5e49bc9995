"""Which part of the open help scrolls; apart from the help itself, whose Markdown is loaded only when it is opened."""

from textual.screen import Screen
from textual.widget import Widget


def help_part(screen: Screen[None], way: str) -> Widget:
    """The words, and past their end the keys."""
    words, keys = screen.query_one("Help #widget-help"), screen.query_one("Help #keys-help")
    down = way in ("down", "page_down", "end")
    past = words.scroll_offset.y >= words.max_scroll_y if down else keys.scroll_offset.y > 0
    return keys if past else words
