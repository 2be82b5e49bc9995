"""Production access: the console is opened or its address copied, once; then the way leads on."""

import pytest

from seswizard.cli.linear.asking import Away
from seswizard.cli.linear.road import visit
from seswizard.core.keep import Surroundings
from seswizard.tui.app import SeswizardApp
from tests.linear.talking import Typed, walk_of
from tests.tui.driving import driven, lines, press, settle, text
from tests.tui.fakes import World
from tests.tui.golden.scenes import proven

CONSOLE = "https://console.aws.amazon.com/ses/home?region=eu-west-1#/account"
SERVER = Surroundings(display=False)
DESKTOP = Surroundings()


def in_the_sandbox(here: Surroundings) -> World:
    world = proven()
    world.ses.production = False
    world.here = here
    return world


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked to show."""
    shown: list[str] = []
    monkeypatch.setattr(SeswizardApp, "open_url", lambda _app, url, *, new_tab=True: shown.append(url))
    return shown


async def test_after_the_copy_the_button_leads_on(opened: list[str]) -> None:
    """Pressing it again and again is no way to be kept here."""
    world = in_the_sandbox(SERVER)
    async with driven(world, start="production") as (app, pilot):
        assert "Copy console address" in text(app)
        await press(pilot, "enter")
        assert "Go on to Aftercare" in text(app)
        assert world.clipboard.taken == [CONSOLE]
        app.screen.query_one("#go").press()  # type: ignore[attr-defined]
        await settle(pilot)
        assert app.step == "aftercare"
        assert world.clipboard.taken == [CONSOLE]
        assert opened == []


async def test_on_a_desktop_the_console_is_opened(opened: list[str]) -> None:
    world = in_the_sandbox(DESKTOP)
    async with driven(world, start="production") as (app, pilot):
        assert "Open the console" in text(app)
        await press(pilot, "enter")
        for _ in range(50):
            if opened:
                break
            await settle(pilot, 1)
        assert opened == world.clipboard.taken == [CONSOLE]
        assert "Go on to Aftercare" in text(app)


@pytest.mark.parametrize(
    ("here", "has"),
    [
        (DESKTOP, True),
        (SERVER, False),
        (Surroundings(ssh=True), False),
        (Surroundings(system="darwin", display=False), True),
        (Surroundings(system="darwin", display=False, ssh=True), False),
    ],
)
def test_a_browser_in_the_terminal_is_never_opened(here: Surroundings, *, has: bool) -> None:
    assert here.browser is has


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_footer_shows_the_way_on(size: tuple[int, int]) -> None:
    async with driven(in_the_sandbox(SERVER), start="production", size=size) as (app, pilot):
        assert "n Next" in lines(app)[-1]
        await press(pilot, "n")
        assert app.step == "aftercare"


async def test_in_lines_going_on_comes_first_once_the_address_was_told() -> None:
    talk = Typed("")
    walk = walk_of(in_the_sandbox(SERVER).services(), talk)
    await walk.look()
    with pytest.raises(Away):
        await visit(walk, "production")
    assert CONSOLE in talk.text
    before, after = talk.text.split(CONSOLE)
    assert "1. Tell the console's address" in before
    assert "1. Go on to Aftercare" in after
