"""Screens that hold a secret, deliberately crashed: neither picture, nor workers, nor the last sentence tells it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from seswizard.core.conversation import Conversation, Hear, Line
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Keep, Login
from seswizard.core.names import DomainName
from seswizard.core.plan import Change, Plan
from seswizard.core.ports import Family, PortSeen
from seswizard.demo.world import World
from seswizard.ports import Keeps, Services, Smtp, Vault
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.confirm import Confirm
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.modals.text import TextSheet
from seswizard.wiring import Options, build
from tests.leak.conftest import canaries, keep_a_login
from tests.leak.search import Canary, files_below, leaks
from tests.tui.driving import text


@dataclass
class CrashingSmtp:
    """A conversation with a bug, which holds the password in clear when it is let go."""

    real: Smtp
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    only: str = ""
    """Crash here only: `send`, or anywhere if empty."""
    host: str = field(init=False)
    overridden: bool = field(init=False)

    def __post_init__(self) -> None:
        self.host, self.overridden = self.real.host, self.real.overridden

    def elsewhere(self, region: str) -> Smtp:
        return self

    async def probe(self, port: int, family: Family) -> PortSeen:
        return await self.real.probe(port, family)

    async def prove(self, login: Login, port: int, hear: Hear) -> Conversation:
        if self.only == "send":
            return await self.real.prove(login, port, hear)
        return await self._crash(login, hear)

    async def send(self, login: Login, port: int, sender: str, to: str, message: bytes, hear: Hear) -> Conversation:
        return await self._crash(login, hear)

    async def _crash(self, login: Login, hear: Hear) -> Conversation:
        plain = login.password.reveal()
        hear(Line(0.1, "→", "AUTH PLAIN password hidden"))
        self.held.set()
        await self.let_go.wait()
        raise RuntimeError(f"a bug after {len(plain)} characters of {login!r}")


@dataclass
class CrashingVault:
    """A keep with a bug, met when the password is stored: the caller's frames hold the access key's secret."""

    real: Vault
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def probe(self) -> Keep:
        return await self.real.probe()

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        return await self.real.read(domain, region, staged=staged)

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        return await self.real.delete(domain, region, staged=staged)

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        plain = login.password.reveal()
        self.held.set()
        await self.let_go.wait()
        raise RuntimeError(f"a bug after {len(plain)} characters of {login!r}")


@dataclass
class CrashingKeeps:
    """Opens that keep, whatever is chosen."""

    real: Keeps
    vault: CrashingVault

    def open(self, choice: KeepChoice) -> Vault:
        return self.vault


Crashing = CrashingSmtp | CrashingVault


@dataclass
class Stage:
    """The wizard, open at a step, and what was seen of it."""

    app: SeswizardApp
    pilot: Pilot[str]
    seen: list[tuple[str, bytes]] = field(default_factory=list)

    async def until(self, true: Callable[[], bool], what: str) -> None:
        """Let it work until something is so."""
        for _ in range(1200):
            if true():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"{what} never came:\n{text(self.app)}")

    async def says(self, words: str) -> None:
        """Wait for words on the screen."""
        await self.until(lambda: words in text(self.app), words)

    def shows(self, screen: ModalScreen[Any]) -> bool:
        """Whether this screen is on top, and there."""
        return self.app.screen is screen and screen.is_mounted

    def picture(self, name: str) -> None:
        """Export the screen, and read what the workers tell about themselves."""
        self.seen.append((f"the picture {name}", self.app.export_screenshot().encode()))
        self.seen.append((f"the screen {name}", text(self.app).encode()))
        for worker in self.app.workers:
            told = f"{worker.name} {worker.group} {worker.description} {worker!r} {worker.state}"
            self.seen.append((f"a worker at {name}", told.encode()))


def with_smtp(services: Services, only: str = "") -> tuple[Services, Crashing]:
    smtp = CrashingSmtp(services.smtp, only=only)
    return replace(services, smtp=smtp), smtp


def with_vault(services: Services) -> tuple[Services, Crashing]:
    vault = CrashingVault(services.keeps.open(KeepChoice()))
    return replace(services, keeps=CrashingKeeps(services.keeps, vault)), vault


@asynccontextmanager
async def wizard(services: Services, start: str) -> AsyncIterator[Stage]:
    app = SeswizardApp(services, DomainName("example.com"), start)
    app.consent_pauses = (0.0, 0.0)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        yield Stage(app, pilot)


PLAN = Plan("change a thing", (Change("+", "Thing", "made", "aws thing make"),), "Make it", "seswizard undo example.com")
SHEETS: tuple[Callable[[], ModalScreen[Any]], ...] = (
    lambda: PlanSheet(PLAN),
    lambda: Confirm("Is it so?", "It may be.", "Yes", "No"),
    lambda: TextSheet("A text", "One line.", "example.txt"),
)


def search(
    world: World, seen: list[tuple[str, bytes]], printed: pytest.CaptureFixture[str], secrets: tuple[Canary, ...] = ()
) -> None:
    """No secret in what was seen, printed or written; and the crash was told. `secrets` are those of a key that is gone."""
    secrets = secrets or canaries(world)
    out, err = printed.readouterr()
    assert "This is a bug in seswizard, not yours: RuntimeError in" in out + err
    assert "Traceback" not in out + err
    assert any(name.startswith("a worker") for name, _ in seen)
    assert leaks([*seen, ("stdout", out.encode()), ("stderr", err.encode())], secrets) == []
    assert leaks(files_below(world.state_dir), secrets) == []


async def test_a_crash_while_logging_in(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With every sheet on top of the screen that holds the login."""
    keep_a_login(world)
    services, smtp = with_smtp(build(Options(region=world.region)))
    seen: list[tuple[str, bytes]] = []
    with pytest.raises(Exception, match="a bug after 44"):
        async with wizard(services, "login") as stage:
            await stage.until(smtp.held.is_set, "the log-in")
            stage.picture("logging in")
            for sheet in SHEETS:
                shown = sheet()
                stage.app.push_screen(shown)
                await stage.until(partial(stage.shows, shown), "the sheet")
                await stage.pilot.pause()
                stage.picture(f"with {type(shown).__name__}")
            seen = stage.seen
            smtp.let_go.set()
            await stage.until(lambda: not stage.app.is_running, "the crash")
    search(world, seen, capsys)


async def test_a_crash_while_the_password_is_stored(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The only frames that ever hold an access key's secret."""
    services, vault = with_vault(build(Options(region=world.region)))
    seen: list[tuple[str, bytes]] = []
    with pytest.raises(Exception, match="a bug after 44"):
        async with wizard(services, "login") as stage:
            await stage.says("Show the plan")
            await stage.until(lambda: stage.app.session.report is not None, "the look")
            await stage.pilot.press("enter")
            await stage.says("Make the login")
            await stage.until(lambda: stage.app.focused is not None and stage.app.focused.id == "yes", "the button")
            stage.picture("the plan")
            await stage.pilot.press("enter")
            await stage.until(vault.held.is_set, "the storing")
            stage.picture("making it")
            seen, secrets = stage.seen, canaries(world)
            vault.let_go.set()
            await stage.until(lambda: not stage.app.is_running, "the crash")
    kept = [line for line in world.inventory()["iam_keys"] if line.split()[1] in {secret.username for secret in secrets[1:]}]
    assert kept == [], "a key whose password could not be kept is deleted again"
    search(world, seen, capsys, secrets)


async def test_a_crash_while_the_proof_is_sent(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """On the proof's own screen, after a login that was proven."""
    keep_a_login(world)
    services, smtp = with_smtp(build(Options(region=world.region)), only="send")
    seen: list[tuple[str, bytes]] = []
    with pytest.raises(Exception, match="a bug after 44"):
        async with wizard(services, "proof") as stage:
            await stage.until(lambda: stage.app.step == "proof", "the screen")
            await stage.until(lambda: stage.app.session.report is not None, "the look")
            stage.picture("the proof")
            await stage.pilot.press("t")
            await stage.says("Send it")
            await stage.until(lambda: stage.app.focused is not None and stage.app.focused.id == "yes", "the button")
            await stage.pilot.press("enter")
            await stage.until(smtp.held.is_set, "the sending")
            await stage.pilot.pause()
            stage.picture("sending")
            seen = stage.seen
            smtp.let_go.set()
            await stage.until(lambda: not stage.app.is_running, "the crash")
    search(world, seen, capsys)


async def test_a_password_that_is_shown_is_in_no_picture_and_gone_when_one_leaves(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the screen while somebody wants to see it; pictures, workers, what is printed and what is written never have it."""
    keep_a_login(world)
    password = next(one.secret for one in canaries(world) if one.what == "the SMTP password")
    async with wizard(build(Options(region=world.region)), "login") as stage:

        async def show() -> None:
            """By its key, until it is there: a look that ends just then hides it again."""
            for _ in range(20):
                if password in text(stage.app):
                    return
                await stage.pilot.press("s")
                await stage.pilot.pause(1.0)
            raise AssertionError(text(stage.app))

        await stage.says("5  Password")
        await show()
        stage.picture("while it is shown")
        await show()
        await stage.pilot.press("o")
        await stage.says("Overview")
        stage.picture("after leaving")
        seen = stage.seen
    assert any(name.startswith("a worker") for name, _ in seen)
    out, err = capsys.readouterr()
    assert leaks([*seen, ("stdout", out.encode()), ("stderr", err.encode())], canaries(world)) == []
    assert leaks(files_below(world.state_dir), canaries(world)) == []


def test_the_search_reads_pictures_as_a_person_does() -> None:
    """A password on a screen would be found in its picture, also in a table cell and wrapped."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    canary = Canary("the canary", "Bq8mZ+xr/kT4vJw0sLh2NpYc6DgFuEa9QoRi1tXyUzSbA")

    class Showing(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(f"The password is {canary.secret}, as [b]you[/b] see.")

    async def shown() -> str:
        app = Showing()
        async with app.run_test(size=(40, 10)):
            return app.export_screenshot()

    assert leaks([("the picture", asyncio.run(shown()).encode())], [canary])
