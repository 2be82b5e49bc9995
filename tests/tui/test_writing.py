"""Writes: shown first, done only on consent, and never cancelled by leaving a screen."""

import asyncio
from dataclasses import dataclass, field

import pytest

from seswizard.actions.action import Outcome, Progress, Say
from seswizard.core.plan import Change, Plan
from seswizard.core.secret import Secret
from seswizard.tui.messages import WriteEnded, WriteProgress
from seswizard.tui.step_screen import Do, StepScreen
from tests.tui.driving import Driven, driven, lines, press, settle, text
from tests.tui.fakes import World

PLAN = Plan(
    "make the SMTP login",
    (
        Change("+", "IAM user", "/seswizard/seswizard-example.com", "aws iam create-user \\\n  --user-name us"),
        Change("+", "Access key", "its secret never touches the disk", "aws iam create-access-key"),
    ),
    "Make the login",
    "seswizard undo example.com --only login",
)
CANARY = "canary-wJalrXUtnFEMI-canary"


@dataclass
class Gated:
    """A change that goes on only when the test lets it."""

    plan: Plan = PLAN
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    applied: int = 0
    finished: bool = False

    async def apply(self, say: Say) -> Outcome:
        self.applied += 1
        say(Progress("IAM user", "made", "done"))
        await self.gate.wait()
        self.finished = True
        say(Progress("Access key", "made", "done"))
        return Outcome("The login is made.")


class Making(StepScreen):
    """A screen whose button makes something."""

    step = "login"
    heading = "Making"
    parts = frozenset({"account"})
    HELP = "It makes."

    def __init__(self, action: Gated) -> None:
        super().__init__()
        self.action = action
        self.heard: list[str] = []
        self.outcome: Outcome | None = None

    def primary(self) -> Do:
        """Show the plan."""
        return Do("Show the plan", "makes two things", self.make)

    async def make(self) -> None:
        """Ask, and remember the end."""
        self.outcome = await self.app.ask_for_consent(self.action)

    def on_write_progress(self, message: WriteProgress) -> None:
        """Hear how it goes along."""
        self.heard.append(message.progress.what)

    def on_write_ended(self, message: WriteEnded) -> None:
        """Hear how it ended."""
        self.heard.append(message.outcome.title)


async def open_making(at: Driven) -> tuple[Making, Gated]:
    """The screen above, with its sheet open."""
    app, pilot = at
    action = Gated()
    screen = Making(action)
    app.visited.append("login")
    await app._switch(screen)
    await settle(pilot)
    await press(pilot, "enter")
    return screen, action


@pytest.mark.parametrize("key", ["escape", "right+enter"])
async def test_nothing_happens_without_consent(key: str) -> None:
    """Escape and "Not now" close the sheet, and nothing was done."""
    async with driven(World(), start="access") as at:
        screen, action = await open_making(at)
        assert "Plan: make the SMTP login" in text(at[0])
        assert "Makes 2 things. Changes nothing that exists." in text(at[0])
        await press(at[1], *key.split("+"))
        assert not action.applied
        assert at[0].screen is screen
        assert screen.outcome is None


async def test_the_sheet_has_the_focus_on_its_verb_and_copies_the_commands() -> None:
    """Verb and object on the button; c copies the AWS CLI lines."""
    world = World()
    async with driven(world, start="access") as at:
        await open_making(at)
        assert at[0].focused is at[0].screen.query_one("#yes")
        assert "Make the login" in text(at[0])
        assert "esc Not now" in lines(at[0])[-1]
        await press(at[1], "c")
        assert world.clipboard.taken == ["\n".join(PLAN.commands)]


async def test_consent_does_it_and_tells_the_screen() -> None:
    """Each thing as it is made, then the outcome."""
    async with driven(World(), start="access") as at:
        screen, action = await open_making(at)
        await press(at[1], "enter")
        assert screen.heard == ["IAM user"]
        action.gate.set()
        await settle(at[1])
        assert screen.heard == ["IAM user", "Access key", "The login is made."]
        assert screen.outcome is not None
        assert screen.outcome.ok


async def test_a_write_survives_leaving_its_screen() -> None:
    """The key that is being made is made, and stored, wherever one goes meanwhile."""
    async with driven(World(), start="access") as at:
        app, pilot = at
        _, action = await open_making(at)
        await press(pilot, "enter")
        await press(pilot, "o")
        assert app.step == "overview"
        writes = [worker for worker in app.workers if worker.group == "write"]
        assert [worker.is_running for worker in writes] == [True]
        assert writes[0].description == "a change that was consented to"
        action.gate.set()
        await settle(pilot)
        assert action.finished


async def test_quitting_waits_for_a_running_write() -> None:
    """Leaving in the middle would lose a key; it leaves when the change is finished."""
    async with driven(World(), start="access") as at:
        app, pilot = at
        _, action = await open_making(at)
        await press(pilot, "enter", "q")
        assert app.is_running
        assert "Leaving when the change" in text(app)
        action.gate.set()
        await settle(pilot)
        assert action.finished
    assert app.return_code == 0


@pytest.mark.parametrize("code", [130, 143])
async def test_told_twice_it_leaves_in_the_middle_of_a_write_and_says_what_that_leaves(code: int) -> None:
    """A call that hangs must not hold the person: the journal has what was begun."""
    async with driven(World(), start="access") as at:
        app, pilot = at
        _, action = await open_making(at)
        await press(pilot, "enter")
        app.leave(code)
        assert app.is_running
        await settle(pilot)
        assert "Again to stop now" in " ".join(text(app).split())
        app.leave(code)
        await settle(pilot)
        assert not action.finished
    assert app.return_code == code
    assert app.return_value is not None
    assert app.return_value.startswith("Ended in the middle of this change. Done so far: IAM user.")


async def test_a_quit_key_held_down_is_one_word() -> None:
    async with driven(World(), start="access") as at:
        app, pilot = at
        _, action = await open_making(at)
        await press(pilot, "enter")
        app._leaving = asyncio.get_running_loop().time() + 60
        await press(pilot, "q", "q", "q")
        assert app.is_running
        app._leaving -= 120
        await press(pilot, "q")
        assert not action.finished
    assert app.return_code == 130


async def test_a_small_terminal_scrolls_the_plan_and_keeps_the_buttons() -> None:
    """At 80×16 the body scrolls; the verb stays in sight."""
    async with driven(World(), start="access", size=(80, 16)) as at:
        await open_making(at)
        assert "Make the login" in text(at[0])
        await press(at[1], "pagedown")
        assert "Undo" in text(at[0])
        assert "Make the login" in text(at[0])


class Breaking(Gated):
    """A change with a bug, which holds a secret in its locals."""

    async def apply(self, say: Say) -> Outcome:
        secret, plain = Secret(CANARY), CANARY
        raise RuntimeError(f"a bug after {len(plain)} characters of {secret}")


async def test_a_crash_prints_no_locals(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback shows where, never what was held."""
    with pytest.raises(Exception, match="a bug after"):
        async with driven(World(), start="access") as (app, pilot):
            screen = Making(Breaking())
            await app._switch(screen)
            await settle(pilot)
            await press(pilot, "enter")
            await pilot.press("enter")
            await settle(pilot)
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    assert "RuntimeError" in printed.out + printed.err
