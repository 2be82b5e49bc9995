"""The first questions: three answers, checked while they are typed."""

from textual.widgets import Input

from seswizard.core.remembered import DomainChoices
from seswizard.ports import Services
from seswizard.tui.app import SeswizardApp
from tests.tui.driving import LARGE, driven, press, text
from tests.tui.fakes import World


async def test_enter_by_enter_through_the_three_questions() -> None:
    """Type, enter, choose, enter, enter: it looks, and the road begins. The answers are remembered."""
    world = World()
    async with driven(world, None) as (app, pilot):
        assert app.focused is app.screen.query_one("#name")
        await press(pilot, *"example.com")
        assert "✓ a domain: covers all its addresses" in text(app)
        await press(pilot, "enter", "down", "enter", "enter")
        assert str(app.session.name) == "example.com"
        assert app.step == "domain"
        assert [(one.name, one.region, one.sends_by) for one in world.state.remembered] == [("example.com", "eu-west-1", "sdk")]
        assert app.session.states["login"].value == "skipped"


async def test_a_wrong_name_is_said_under_its_field() -> None:
    """Calm while typing, a problem when the field was left; the button goes to it."""
    async with driven(World(), None) as (app, pilot):
        await press(pilot, *"https://")
        assert "× " not in text(app)
        await press(pilot, *"example.com/", "enter")
        assert "× That is a web address; the domain is example.com." in text(app)
        await press(pilot, "f2")
        assert app.focused is app.screen.query_one("#name")
        assert app.session.name is None


async def test_an_address_and_a_name_in_other_letters_are_understood() -> None:
    """One address gets a link by mail; a Unicode name is shown as SES will know it."""
    async with driven(World(), None) as (app, pilot):
        app.screen.query_one("#name", Input).value = "post@example.com"
        await pilot.pause()
        assert "one address: AWS will mail it a link" in text(app)
        app.screen.query_one("#name", Input).value = "bücher.example"
        await pilot.pause()
        assert "SES will know it as xn--bcher-kva.example" in text(app)


async def test_another_region_needs_somebody_who_can_rewire() -> None:
    """Without it the sentence names the option; with it the services of that region are used."""
    world = World()
    async with driven(world, None) as (app, pilot):
        await press(pilot, *"example.com")
        app.screen.query_one("#region", Input).value = "us-east-1"
        await press(pilot, "f2")
        assert "begin again with --region us-east-1" in text(app)
        assert app.session.name is None
    asked: list[str] = []

    def rewire(region: str) -> Services:
        asked.append(region)
        return world.services(region)

    async with driven(world, None, rewire=rewire) as (app, pilot):
        await press(pilot, *"example.com")
        app.screen.query_one("#region", Input).value = "us-east-1"
        await press(pilot, "f2")
        assert asked == ["us-east-1"]
        assert app.session.region == "us-east-1"


async def test_regions_are_judged_by_what_will_send() -> None:
    """No SES there is wrong; no SMTP there is advice for who sends by SMTP only."""
    async with driven(World(), None, rewire=World().services) as (app, pilot):
        region = app.screen.query_one("#region", Input)
        region.value = "mars-north-1"
        await pilot.pause()
        assert "× SES is not in mars-north-1" in text(app)
        region.value = "eu-south-1"
        await pilot.pause()
        assert "▲ Milan; mail by API only, no SMTP login there" in text(app)
        app.screen.query_one("#sender").focus()
        await press(pilot, "down")
        assert "Milan; SES, mail by API only" in text(app)


async def test_letters_belong_to_the_field_and_escape_leaves_it() -> None:
    """q, b and ? are text in a field; escape goes to the button."""
    async with driven(World(), None) as (app, pilot):
        await press(pilot, "q", "b", "question_mark", "colon")
        assert app.screen.query_one("#name", Input).value == "qb?:"
        await press(pilot, "escape")
        assert app.focused is app.screen.query_one("#go")
        await press(pilot, "escape")
        assert "Set up Amazon SES" in text(app)


async def test_a_remembered_domain_of_another_region_is_only_proposed() -> None:
    """Without a way to rewire, nothing is looked at in the wrong region."""
    world = World()
    world.state.remembered = [DomainChoices("example.com", "us-east-1")]
    async with driven(world, None, size=LARGE) as (app, _):
        assert isinstance(app, SeswizardApp)
        assert app.session.name is None
        assert app.screen.query_one("#name", Input).value == "example.com"


async def test_another_domain_can_be_asked_for_from_the_palette() -> None:
    """The first questions again, whatever is open."""
    async with driven(World(), start="access") as (app, pilot):
        await press(pilot, "ctrl+p", *"another")
        for _ in range(30):
            await pilot.pause()
        await press(pilot, "enter")
        for _ in range(10):
            await pilot.pause()
        assert "Set up Amazon SES" in text(app)
