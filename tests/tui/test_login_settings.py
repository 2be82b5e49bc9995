"""The settings on the login's screen: field by field as a program wants them; the password only when asked for."""

import pytest

from seswizard.cli.linear.asking import Away
from seswizard.cli.linear.road import visit
from seswizard.core.keep import KeepOffer
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import parse_identity
from seswizard.tui.modals.text import TextSheet
from seswizard.tui.screens.login_words import to_make
from tests.linear.talking import Typed, walk_of
from tests.tui.driving import driven, lines, press, settle, text
from tests.tui.fakes import World
from tests.tui.golden.scenes import KEY, steady

PASSWORD = "kept where nobody sees it"
HOST = "email-smtp.eu-west-1.amazonaws.com"


def counting(world: World) -> list[str]:
    """Each reading of the secret store from now on."""
    read, real = [], world.vault.read

    async def noted(domain: str, region: str, *, staged: bool = False) -> object:
        read.append(domain)
        return await real(domain, region, staged=staged)

    world.vault.read = noted  # type: ignore[method-assign,assignment]  # the same, counted
    return read


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_settings_stand_in_a_card(size: tuple[int, int]) -> None:
    async with driven(steady(), start="login", size=size) as (app, pilot):
        await settle(pilot, 6)
        shown = [" ".join(line.split()) for line in lines(app)]
        for wanted in (
            f"1 Server {HOST}",
            "2 Port 587",
            "3 Security STARTTLS",
            f"4 User name {KEY}",
            "5 Password •••••••••••• in the keyring",
        ):
            assert any(wanted in line for line in shown), wanted
        assert PASSWORD not in text(app)
        assert "Use port 587 with STARTTLS." in text(app), "the ports are not pushed out of sight"


async def test_each_field_is_copied_by_its_number() -> None:
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "1", "2", "3", "4", "5")
        await settle(pilot, 4)
        assert world.clipboard.taken == [HOST, "587", "STARTTLS", KEY, PASSWORD]
        assert PASSWORD not in text(app)


async def test_the_password_is_shown_on_a_key_and_hidden_by_the_same() -> None:
    async with driven(steady(), start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "s")
        await settle(pilot)
        assert PASSWORD in text(app)
        assert PASSWORD not in app.export_screenshot().replace("&#160;", " "), "nobody pictures it"
        assert PASSWORD not in text(app)
        await press(pilot, "s")
        await settle(pilot)
        assert PASSWORD in text(app)
        await press(pilot, "s")
        await settle(pilot)
        assert PASSWORD not in text(app)


@pytest.mark.parametrize("way", ["another screen", "a sheet"])
async def test_leaving_hides_it(way: str) -> None:
    async with driven(steady(), start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "s")
        await settle(pilot)
        assert PASSWORD in text(app)
        if way == "a sheet":
            app.push_screen(TextSheet("A text", "One line.", "example.txt"))
            await settle(pilot)
            app.pop_screen()
        else:
            await press(pilot, "o")
            assert PASSWORD not in text(app)
            await app.open("login")
        await settle(pilot, 6)
        assert "Password" in text(app)
        assert PASSWORD not in text(app)


async def test_nothing_reads_the_password_to_draw_the_card() -> None:
    """Proving the login reads it once; drawing, looking at the numbers and copying the user name never do."""
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 8)
        read = counting(world)
        await press(pilot, "1", "2", "3", "4", "c")
        app.screen.redraw()  # type: ignore[attr-defined]  # the login's screen
        await settle(pilot)
        assert read == []
        await press(pilot, "5")
        await settle(pilot)
        assert read == ["example.com"]


async def test_without_a_login_there_is_no_card() -> None:
    async with driven(World(), start="login") as (app, pilot):
        await settle(pilot, 6)
        assert not app.screen.query_one("#settings").display
        assert "Show password" not in text(app)


async def test_in_lines_the_password_is_told_only_when_chosen() -> None:
    world = steady()
    talk = Typed()
    walk = walk_of(world.services(), talk, choices=world.state.remembered[0])
    await walk.look()
    with pytest.raises(Away):
        await visit(walk, "login")
    for line in (f"Server: {HOST}", "Port: 587", "Security: STARTTLS", f"User name: {KEY}"):
        assert line in talk.lines
    assert PASSWORD not in talk.text
    number = next(line.split(".")[0] for line in talk.lines if line.endswith("Show the password"))
    talk.answers = [number]
    with pytest.raises(Away):
        await visit(walk, "login")
    assert PASSWORD in talk.lines, "alone on its line"


@pytest.mark.parametrize(
    ("name", "senders"),
    [("example.com", "*@example.com, *@*.example.com"), ("me@team.example.com", "me@team.example.com")],
)
def test_before_the_login_is_made_it_says_what_the_policy_will_say(name: str, senders: str) -> None:
    pairs = to_make(parse_identity(name), "eu-west-1", LoginWish(), KeepOffer("keyring", "keyring", "the keyring"))
    assert dict(pairs)["May send as"] == senders
