"""The two themes of seswizard and the span styles of the marks, for every theme that may be chosen.

The App registers `THEMES` and returns `span_styles(…)` from `get_theme_variable_defaults`: then `$level-ok` and
`$quiet` work as span styles under our themes, the built-in ones, the ANSI ones and with NO_COLOR. They may hold
attributes, so they are for spans, never for CSS.
"""

from textual.theme import Theme

INK = Theme(
    name="seswizard-dark",
    dark=True,
    background="#121316",
    surface="#1a1c20",
    panel="#25282e",
    foreground="#dde1ea",
    primary="#b6abfc",
    accent="#b6abfc",
    secondary="#82c7f0",
    success="#84daa3",
    warning="#edc06b",
    error="#f6908d",
    variables={
        "text": "#dde1ea",
        "text-muted": "#9ea5b2",
        "foreground-muted": "#9ea5b2",
        "text-disabled": "#6c727e",
        "text-primary": "#b6abfc",
        "text-accent": "#b6abfc",
        "text-secondary": "#82c7f0",
        "text-success": "#84daa3",
        "text-warning": "#edc06b",
        "text-error": "#f6908d",
        "rule": "#2e3239",
        "here": "#2b2a46",
        "on-accent": "#14121c",
        "block-cursor-background": "#2b2a46",
        "block-cursor-foreground": "#f1f0fa",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#212429",
        "footer-background": "#121316",
        "footer-key-foreground": "#dde1ea",
        "footer-description-foreground": "#9ea5b2",
        "border": "#b6abfc",
        "border-blurred": "#2e3239",
        "scrollbar": "#2e3239",
        "scrollbar-hover": "#434851",
        "scrollbar-active": "#b6abfc",
        "scrollbar-background": "#121316",
        "scrollbar-background-hover": "#121316",
        "scrollbar-background-active": "#121316",
        "input-selection-background": "#4a4572",
        "screen-selection-background": "#4a4572",
        "markdown-h1-color": "#dde1ea",
        "markdown-h2-color": "#dde1ea",
        "markdown-h2-text-style": "bold",
        "markdown-h3-color": "#dde1ea",
    },
)

PAPER = Theme(
    name="seswizard-light",
    dark=False,
    background="#fbfaf7",
    surface="#f2f0ec",
    panel="#e5e3dc",
    foreground="#1d222b",
    primary="#5a40a9",
    accent="#5a40a9",
    secondary="#0e5e8a",
    success="#036639",
    warning="#7f4e00",
    error="#ac262a",
    variables={
        "text": "#1d222b",
        "text-muted": "#535864",
        "foreground-muted": "#535864",
        "text-disabled": "#828690",
        "text-primary": "#5a40a9",
        "text-accent": "#5a40a9",
        "text-secondary": "#0e5e8a",
        "text-success": "#036639",
        "text-warning": "#7f4e00",
        "text-error": "#ac262a",
        "rule": "#d8d5cc",
        "here": "#e4def7",
        "on-accent": "#ffffff",
        "block-cursor-background": "#e4def7",
        "block-cursor-foreground": "#1d222b",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#eceae4",
        "footer-background": "#fbfaf7",
        "footer-key-foreground": "#1d222b",
        "footer-description-foreground": "#535864",
        "border": "#5a40a9",
        "border-blurred": "#d8d5cc",
        "scrollbar": "#d8d5cc",
        "scrollbar-hover": "#bdb9ae",
        "scrollbar-active": "#5a40a9",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
        "input-selection-background": "#cfc4f2",
        "screen-selection-background": "#cfc4f2",
        "markdown-h1-color": "#1d222b",
        "markdown-h2-color": "#1d222b",
        "markdown-h2-text-style": "bold",
        "markdown-h3-color": "#1d222b",
    },
)

THEMES: tuple[Theme, ...] = (INK, PAPER)

STYLES: dict[str, str] = {
    "ok": "$level-ok",
    "waiting": "$level-waiting",
    "advice": "$level-advice",
    "unknown": "$level-unknown",
    "problem": "$level-problem",
    "unasked": "$quiet",
    "open": "$quiet",
    "doing": "$here-text",
    "done": "$level-ok",
    "blocked": "$level-problem",
    "skipped": "$quiet",
}
"""The span style of each mark in `core.marks.MARKS`; the mark's name is also its CSS class, as `-ok`."""


def span_styles(theme: Theme, *, ansi: bool) -> dict[str, str]:
    """The variables beyond Textual's own, for whichever theme is in force."""
    if ansi:
        return {
            "level-ok": "ansi_green",
            "level-waiting": "ansi_cyan",
            "level-advice": "ansi_yellow",
            "level-unknown": "ansi_default bold",
            "level-problem": "ansi_red bold",
            "quiet": "dim",
            "here-text": "bold",
            "span-here": "reverse",
            "rule": "ansi_bright_black",
            "here": "ansi_default",
            "on-accent": "ansi_default",
        }
    colours = {**theme.to_color_system().generate(), **theme.variables}
    return {
        "level-ok": colours["text-success"],
        "level-waiting": colours["text-secondary"],
        "level-advice": colours["text-warning"],
        "level-unknown": colours["foreground"] + " bold",
        "level-problem": colours["text-error"],
        "quiet": colours["foreground-muted"],
        "here-text": colours["text-primary"],
        "span-here": f"{colours['foreground']} on {colours.get('here', colours['primary-muted'])}",
        "rule": colours["panel-lighten-2"],
        "here": colours["primary-muted"],
        "on-accent": colours["background"],
    }
