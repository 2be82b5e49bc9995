"""The keys that mean the same everywhere. They live on the App, so that the footer shows a screen's own keys first."""

from textual.binding import Binding, BindingType

COMMON_KEYS: list[BindingType] = [
    Binding("b", "back", "Back", id="app.back", tooltip="Go back"),
    Binding("f6", "open_news", "What changed", key_display="F6", id="app.news", tooltip="Open the step that has changed"),
    Binding("f1", "help", "Help", key_display="F1", id="app.help", tooltip="Why, keys and signs"),
    Binding("question_mark", "help", "Help", show=False, id="app.help-too"),
    Binding(
        "ctrl+p",
        "command_palette",
        "Commands",
        show=False,
        key_display="^p",
        priority=True,
        id="app.commands",
        tooltip="Every command by name",
    ),
    Binding("colon", "command_palette", "Commands", show=False, id="app.commands-too"),
    Binding("n,f8", "next", "Next", show=False, id="app.next", tooltip="Go to the next step"),
    Binding("f7", "back", "Back", show=False, id="app.back-too"),
    Binding("l,f5", "look_now", "Look now", show=False, id="app.look", tooltip="Look at AWS and DNS now"),
    Binding("o,f9", "overview", "Overview", show=False, id="app.overview", tooltip="Every step, worst first"),
    Binding("q,ctrl+q", "quit", "Quit", show=False, id="app.quit", tooltip="Leave; says what keeps running"),
]
