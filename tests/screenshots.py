"""`make screenshots`: drive the real app through the embedded world and keep every step as a self-contained SVG."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from textual.pilot import Pilot

from seswizard.demo.world import World
from seswizard.tui.app import SeswizardApp
from seswizard.wiring import Options, build

FRAME = """<svg viewBox="0 0 {terminal_width} {terminal_height}" width="WIDE" height="TALL" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "Fira Code", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px; line-height: {line_height}px; font-variant-ligatures: none; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
<rect width="WIDE" height="TALL" rx="8" fill="BACK" />
<g transform="translate(12, 12)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""  # noqa: E501 - a template of another language
COLOURS = [
    (0, 0, 0),
    (224, 92, 92),
    (87, 190, 120),
    (214, 178, 80),
    (98, 150, 230),
    (190, 120, 210),
    (80, 190, 210),
    (204, 204, 204),
]
TERMINAL = TerminalTheme((24, 24, 24), (208, 208, 208), COLOURS, COLOURS)

Shoot = Callable[[str], Awaitable[None]]


def picture(app: SeswizardApp, name: str) -> str:
    """The screen as SVG: a plain frame, no window buttons, no font fetched from elsewhere."""
    width, height = app.size
    console = Console(
        width=width,
        height=height,
        file=StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
    )
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens, simplify=True)
    console.print(update)
    back = TERMINAL.background_color.hex if app.native_ansi_color else app.theme_variables["background"]
    svg = console.export_svg(title="", theme=TERMINAL, code_format=FRAME.replace("BACK", back), unique_id=f"shot-{name}")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert box
    wide, tall = (float(number) + 24 for number in box.groups())
    svg = re.sub(r'viewBox="[^"]+"', f'viewBox="0 0 {wide:.0f} {tall:.0f}"', svg, count=1)
    return svg.replace("WIDE", f"{wide:.0f}").replace("TALL", f"{tall:.0f}")


class Walk:
    """A person with a camera."""

    def __init__(self, app: SeswizardApp, pilot: "Pilot[str]", folder: Path, suffix: str) -> None:
        self.app, self.pilot, self.folder, self.suffix = app, pilot, folder, suffix

    async def until(self, text: str, seconds: float = 60.0) -> None:
        """Wait until the screen says it."""
        for _ in range(int(seconds * 10)):
            if text in self.words():
                await self.pilot.pause()
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"never seen: {text}\n{self.words()}")

    def words(self) -> str:
        """What the screen says."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    async def shoot(self, name: str) -> None:
        """Keep a picture."""
        self.app.clear_notifications()
        await self.pilot.pause(0.3)
        file = f"{name}-{self.suffix}"
        (self.folder / f"{file}.svg").write_text(picture(self.app, file), encoding="utf-8")

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.1)


async def journey(walk: Walk) -> None:
    """The whole road, a picture a step."""
    await walk.until("Type the domain")
    await walk.press(*"example.com")
    await walk.shoot("1-first-run")
    await walk.press("f2")
    await walk.until("free; bounces")
    await walk.shoot("4-domain")
    await walk.press("enter")
    await walk.until("Make it")
    await walk.shoot("4-domain-plan")
    await walk.press("enter")
    await walk.until("at your DNS host")
    await walk.press("enter")
    await walk.shoot("5-records")
    await walk.press("n")
    await walk.until("doubled name")
    await walk.shoot("6-verification-doubled")
    await walk.press("f1")
    await walk.shoot("help")
    await walk.press("f1", "n")
    await walk.until("nothing else")
    await walk.press("enter")
    await walk.until("Make the login")
    await walk.shoot("7-login-plan")
    await walk.press("enter")
    await walk.until("SES accepts this login")
    await walk.shoot("7-login")
    await walk.press("b")
    await walk.until("is verified")
    await walk.shoot("6-verification")
    await walk.press("n", "n")
    await walk.until("One message through")
    await walk.press("enter")
    await walk.until("Send it")
    await walk.shoot("8-proof-plan")
    await walk.press("enter")
    await walk.until("its bounce came back")
    await walk.shoot("8-proof")
    await walk.press("n")
    await walk.until("reviewers")
    await walk.shoot("9-production")
    await walk.press("n")
    await walk.until("Aftercare")
    await walk.shoot("10-aftercare")
    await walk.press("o")
    await walk.until("Overview")
    await walk.shoot("overview")
    for step, name in (("access", "2-access"), ("sandbox", "3-sending-limits")):
        await walk.app.open(step)
        await walk.pilot.pause(1.5)
        await walk.shoot(name)


async def walked(world: World, folder: Path, size: tuple[int, int], theme: str, suffix: str) -> None:
    """One journey."""
    app = SeswizardApp(build(Options(region=world.region)))
    app.consent_pauses = (0.0, 0.0)
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        await journey(Walk(app, pilot, folder, suffix))


def one(folder: Path, size: tuple[int, int], theme: str, suffix: str) -> None:
    """One journey in a fresh world."""
    with tempfile.TemporaryDirectory() as state, World("first-time", Path(state) / "state") as world:
        os.environ.update(world.environment)
        os.environ["SESWIZARD_STATE_DIR"] = str(world.state_dir)
        asyncio.run(walked(world, folder, size, theme, suffix))


SHOTS = (((120, 36), "seswizard-dark", "120x36"), ((80, 24), "seswizard-light", "80x24-light"))


def main(folder: Path) -> None:
    """Every picture; each journey in a process of its own, for libraries remember the world they met first."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for number in range(len(SHOTS)):
        subprocess.run([sys.executable, "-m", "tests.screenshots", str(folder), str(number)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        one(Path(sys.argv[1]), *SHOTS[int(sys.argv[2])])
    else:
        main(Path(sys.argv[1]))
