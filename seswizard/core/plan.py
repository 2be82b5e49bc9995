"""A plan: what will be changed, the same by hand, and how to take it back. Shown before anything is done."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from seswizard.core.quoting import words_of

Sign = Literal["+", "~", "-"]
_WIDE = 76
"""Columns of a line of a document; more would be wrapped, or cut, where plans are shown."""


def command_line(*words: str, width: int = 66) -> str:
    """A shell command, continued with backslashes where it would be longer than a plan sheet is wide."""
    lines, line = [], ""
    for word in _with_values(words):
        if line and len(line) + 1 + len(word) > width - 2:
            lines.append(line)
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    return " \\\n".join([*lines, line])


def _with_values(words: tuple[str, ...]) -> list[str]:
    """Each option with its first value, so that they stay on one line."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].startswith("--") and " " not in joined[-1] and not word.startswith("--"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def readable(said: Any) -> str:
    """A document as indented JSON; a value that is too long for its line stands alone on the next. Any because JSON is."""
    lines: list[str] = []
    for line in json.dumps(said, indent=2).splitlines():
        key, colon, value = line.partition(": ")
        long = len(line) > _WIDE and bool(colon)
        lines += [f"{key}:", value] if long else [line]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that will be made, changed or removed."""

    sign: Sign
    what: str
    """The kind of thing: IAM user, DKIM …"""
    detail: str
    command: str = ""
    """The same with the AWS CLI, a command on each line; empty where nothing is asked of AWS."""
    documents: tuple[tuple[str, str], ...] = ()
    """Names and texts of the files that the command reads."""

    @property
    def script(self) -> str:
        """What a person pastes into a shell: the files, then the commands."""
        files = [f"cat > {name} <<'END'\n{text}\nEND" for name, text in self.documents]
        return "\n".join([*files, self.commands])

    @property
    def commands(self) -> str:
        """The commands without the files that they read."""
        return "\n".join(command_line(*words_of(line)) for line in self.command.split("\n"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes that belong together and get one consent."""

    title: str
    """`make the SMTP login`"""
    changes: tuple[Change, ...]
    verb: str
    """The words of the button: verb and object."""
    undo: str = ""
    """The command or sentence that takes it back."""
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """`Makes 4 things. Changes nothing that exists.`"""
        count = {sign: sum(change.sign == sign for change in self.changes) for sign in ("+", "~", "-")}
        words = (("+", "Makes"), ("~", "Changes"), ("-", "Removes"))
        parts = [f"{verb} {count[sign]} {'thing' if count[sign] == 1 else 'things'}." for sign, verb in words if count[sign]]
        if count["+"] and not count["~"] and not count["-"]:
            parts.append("Changes nothing that exists.")
        return " ".join(parts) or "Nothing to do."

    @property
    def commands(self) -> tuple[str, ...]:
        """The AWS CLI lines, in order."""
        return tuple(change.script for change in self.changes if change.command)

    @property
    def documents(self) -> tuple[str, ...]:
        """The names of the files that the commands read."""
        return tuple(name for change in self.changes if change.command for name, _ in change.documents)

    def lines(self, *, documents: bool = True) -> tuple[str, ...]:
        """The plan as plain text, a line each; with or without the files that its commands read."""
        commands = self.commands if documents else [change.commands for change in self.changes if change.command]
        text = [f"Plan: {self.title}", self.summary]
        text += [f"{change.sign} {change.what}: {change.detail}" for change in self.changes]
        text += list(self.notes)
        if commands:
            text += ["The same with the AWS CLI:", *(f"  {line}" for command in commands for line in command.splitlines())]
        if self.undo:
            text.append(f"Undo: {self.undo}")
        return tuple(text)
