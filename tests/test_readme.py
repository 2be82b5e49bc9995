"""The README's tables are those of the registries; a command or permission that changes is noticed here."""

import re
from pathlib import Path

from seswizard.cli.main import COMMANDS
from seswizard.core.permissions import LOOKING, PERMISSIONS
from seswizard.demo.scenarios import SCENARIOS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def permissions_table() -> str:
    """The table of permissions, as the README holds it."""
    lines = ["| step | actions | on | why |", "| --- | --- | --- | --- |"]
    for one in PERMISSIONS:
        actions = ", ".join(f"`{action}`" for action in one.actions)
        resources = ", ".join(f"`{resource}`" for resource in one.resources)
        lines.append(f"| {one.step} | {actions} | {resources} | {one.why} |")
    return "\n".join(lines)


def test_every_permission_is_in_the_readme() -> None:
    assert permissions_table() in README


def test_what_is_enough_for_looking_is_in_the_readme() -> None:
    assert f"For looking: {', '.join(f'`{action}`' for action in LOOKING)}." in README


def test_every_command_is_in_the_readme() -> None:
    for name in COMMANDS:
        assert f"`seswizard {name}" in README


def test_every_scenario_is_in_the_readme() -> None:
    for name in SCENARIOS:
        if "." not in name:
            assert f"`{name}`" in README


def test_every_picture_exists() -> None:
    root = Path(__file__).parent.parent
    for path in re.findall(r"\]\((screenshots/[^)]+)\)", README):
        assert (root / path).is_file(), path
