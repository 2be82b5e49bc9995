"""How reports leave a command: text or JSON lines on stdout, a progress line on a terminal's stderr, one exit code."""

import sys

import click

from seswizard.cli.pasting import pasted
from seswizard.core.findings import Report, strongest
from seswizard.exports import report as exporter


def show(reports: tuple[Report, ...], form: str) -> None:
    """Print reports, JSON one a line."""
    write = exporter.to_json if form == "json" else exporter.to_text
    clear()
    click.echo("".join(write(pasted(report)) for report in reports), nl=False)
    sys.stdout.flush()


def tick(text: str) -> None:
    """The progress line, on a terminal only, rewritten in place."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K… {text}")
        sys.stderr.flush()


def clear() -> None:
    """Take the progress line away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def exit_code(reports: tuple[Report, ...]) -> int:
    """The exit code of the strongest level."""
    return strongest(report.level for report in reports).exit_code
