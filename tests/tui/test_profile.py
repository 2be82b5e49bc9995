"""What the screens show and copy to be pasted goes to the account of this run: it names the `--profile` it was given."""

from dataclasses import replace

from seswizard.core.failure import FailureError
from seswizard.core.findings import Finding, Level, Remedy
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.widgets.finding import Findings
from tests.tui.driving import driven, press, text
from tests.tui.fakes import World, denied, pending


async def test_plan_and_farewell_name_the_profile() -> None:
    world = World(profile="mail admin")
    world.ses.known["example.com"] = pending("example.com")
    async with driven(world, start="login", size=(120, 60)) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanSheet)
        lines = app.screen.plan.lines()
        assert lines[-1].endswith("--profile 'mail admin'")
        assert lines[-1].startswith("Undo: seswizard undo ")
        assert "--profile 'mail admin'" in text(app)
        await press(pilot, "f2")
        assert world.clipboard.taken[-1].count("--profile 'mail admin'") == 3, "three changes at AWS"
        await press(pilot, "escape")
        await pilot.press("q")
        await pilot.pause()
    assert str(app.return_value).endswith("--region eu-west-1 --profile 'mail admin'")


async def test_could_not_look_and_findings_name_the_profile() -> None:
    world = World(profile="prod")
    async with driven(world, start="access") as (app, pilot):
        failure = replace(denied().failure, command="aws sso login")
        world.sts.failure = world.ses.failure = FailureError(failure)
        await press(pilot, "l")
        assert "aws sso login --profile prod" in text(app)
        await press(pilot, "f4")
        assert world.clipboard.taken == ["aws sso login --profile prod"]
    async with driven(World(profile="prod"), start="sandbox") as (app, pilot):
        remedy = Remedy("Do it.", command="seswizard login create example.com")
        await app.screen.query_one(Findings).show(Finding("login.missing", Level.ADVICE, "Gone", (), remedy))
        await pilot.pause()
        assert "seswizard login create example.com --profile prod" in text(app)


async def test_the_command_that_looks_again_names_the_profile() -> None:
    world = World(profile="prod")
    async with driven(world, start="aftercare") as (app, pilot):
        await press(pilot, "c")
        assert world.clipboard.taken == ["seswizard health example.com --profile prod"]
        assert "seswizard health example.com --profile prod" in text(app)
