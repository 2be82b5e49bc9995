"""`python -m tests.tui.golden` draws every golden screen anew; look at the difference before you keep it."""

import asyncio

from tests.tui.golden.scenes import SCENES, SIZES, golden


async def renew() -> None:
    """Write every file, and remove those of states that are gone."""
    wanted = {golden(scene, size): await scene.drawn(size) for scene in SCENES for size in SIZES}
    for path in golden(SCENES[0], SIZES[0]).parent.glob("*.txt"):
        if path not in wanted:
            path.unlink()
            print(f"{path.name} is gone")
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        path.write_text(wanted[path], encoding="utf-8")
    print("\n".join(sorted(path.name for path in changed)) or "Nothing has changed.")


if __name__ == "__main__":
    asyncio.run(renew())
