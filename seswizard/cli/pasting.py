"""Commands that are printed for the person to paste: they go where this run went, so they carry its `--profile`.

Whatever prints a plan, a finding, a failure or a command of its own gives it to `pasted` last. `--profile` is noted where
it is read, for a run has one, and some ways out of it know of no services.
"""

from contextvars import ContextVar

import click

from seswizard.core.commands import T, for_profile

_given: ContextVar[str] = ContextVar("_given", default="")


def note_profile(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Note what `--profile` said, also that it said nothing."""
    _given.set(value or "")
    return value


def pasted(shown: T) -> T:
    """The same, with this run's `--profile` in every command."""
    return for_profile(shown, _given.get())
