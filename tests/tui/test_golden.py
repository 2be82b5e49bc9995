"""Every screen state that matters looks as its golden file shows it; `python -m tests.tui.golden` draws them anew."""

import difflib

import pytest

from tests.tui.golden.scenes import SCENES, SIZES, Scene, golden


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.id)
async def test_the_screen_is_as_its_golden_file_shows_it(
    scene: Scene, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows as a terminal has them, and at 80×24 the roles of the colours; where they differ, a difference to read."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    path = golden(scene, size)
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(kept.splitlines(), (await scene.drawn(size)).splitlines(), path.name, "now", lineterm="", n=1)
    difference = "\n".join(lines)
    if difference:
        pytest.fail(f"{difference}\n\nIf it should look like this now: python -m tests.tui.golden", pytrace=False)


def test_every_golden_file_belongs_to_a_state() -> None:
    """A state that is gone takes its files along."""
    wanted = {golden(scene, size).name for scene in SCENES for size in SIZES}
    assert {path.name for path in golden(SCENES[0], SIZES[0]).parent.glob("*.txt")} == wanted
