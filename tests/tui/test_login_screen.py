"""The SMTP login's screen: made, kept, proven, rotated, revoked; and no secret is lost, or shown unasked, on the way."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from textual.command import DiscoveryHit
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from seswizard.core.aws_things import AccessKey, IamUser
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import our_tags
from seswizard.core.keep import Surroundings
from seswizard.core.login import PORTS, Keep, Login, smtp_password
from seswizard.core.names import DomainName
from seswizard.core.offer_words import REVOKES
from seswizard.core.ports import FAMILIES, PortSeen
from seswizard.core.remembered import DomainChoices, Entry
from seswizard.core.secret import Secret
from seswizard.tui.app import SeswizardApp
from seswizard.tui.modals.choose import Choose
from seswizard.tui.modals.confirm import Confirm
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.screens.login import LoginScreen
from seswizard.tui.screens.login_examine import ExaminedSheet, ExamineSheet
from seswizard.tui.screens.login_live import live_login
from seswizard.tui.screens.login_options import OptionsSheet
from seswizard.tui.screens.login_secret import SecretSheet
from seswizard.tui.widgets.facts import FactsGrid
from tests.tui.driving import LARGE, SMALL, driven, lines, press, settle, text
from tests.tui.fakes import START, FakeVault, World, pending

S = TypeVar("S")
NAME, REGION = "example.com", "eu-west-1"
USER = f"seswizard-{NAME}-{REGION}"
KEY, OTHER, MADE = "AKIAEXAMPLE1EXAMPLE1", "AKIAEXAMPLE2EXAMPLE2", "AKIAMADEMADEMADE0001"
ACCEPTED, REFUSED = "235 Authentication successful", "535 Authentication Credentials Invalid"
EVIL = "[/x][ERROR]$primary[b]\x1b[31m\x9b"
SEEN = "[/x][ERROR]$primary[b]␛[31m"
LONG_AGO = START - timedelta(days=30)


def password(world: World) -> str:
    """The SMTP password of every key that this world makes."""
    return smtp_password(Secret(world.iam.secret), REGION).reveal()


def nothing_made() -> World:
    """Verified, and nobody has made a login."""
    world = World()
    world.ses.known[NAME] = pending(NAME, dkim="SUCCESS")
    world.publish(1, 2, 3)
    world.smtp.replies = [ACCEPTED]
    return world


def steady(created: object = LONG_AGO) -> World:
    """A login that is made and kept."""
    world = nothing_made()
    world.state.remembered = [DomainChoices(NAME, REGION, "123456789012", login_keep="keyring", iam_user=USER)]
    world.vault.kept[NAME, REGION] = Login(KEY, Secret("B" * 44))
    world.iam.users[USER] = IamUser(USER, "/seswizard/", "arn", tuple(our_tags(NAME, REGION).items()))
    world.iam.own_keys = (AccessKey(KEY, True, created),)  # type: ignore[arg-type]  # a time
    return world


def line(action: str, kind: str, thing: str, **detail: str) -> Entry:
    """One line of the journal, done."""
    return Entry(LONG_AGO, NAME, REGION, "123456789012", action, "done", kind, thing, tuple(detail.items()))


def staged() -> World:
    """A rotation that broke before its new login was proven."""
    world = steady()
    world.iam.own_keys += (AccessKey(OTHER, True, START),)
    world.vault.kept[NAME, f"{REGION}/next"] = Login(OTHER, Secret("B" + "C" * 43))
    world.journal.lines.append(line("access-key.create", "access-key", USER, user=USER, key=OTHER, old=KEY))
    return world


def switched() -> World:
    """The new login is in use, and the old key still works."""
    world = steady()
    world.iam.own_keys = (AccessKey(OTHER, True, LONG_AGO), *world.iam.own_keys)
    world.journal.lines.append(line("access-key.create", "access-key", USER, user=USER, key=KEY, old=OTHER))
    world.iam.used[OTHER] = START - timedelta(hours=3)
    return world


def retiring(days: float) -> World:
    """The old key is off, and may be deleted in so many days."""
    world = switched()
    world.iam.own_keys = (AccessKey(OTHER, False, LONG_AGO), AccessKey(KEY, True, LONG_AGO))
    until = (START + timedelta(days=days)).isoformat()
    world.journal.lines.append(line("access-key.retire", "access-key", USER, user=USER, key=OTHER, until=until))
    return world


def half_made() -> World:
    """A run broke: a key of ours lies beside the login, and nobody has its secret."""
    world = steady()
    world.iam.own_keys += (AccessKey(OTHER, True, START),)
    world.journal.lines.append(line("access-key.create", "access-key", USER, user=USER, key=OTHER))
    return world


def foreign() -> World:
    """Somebody else made a second key."""
    world = steady()
    world.iam.own_keys += (AccessKey(OTHER, True, START),)
    return world


def lost() -> World:
    """The kept login's key is gone."""
    world = steady()
    world.iam.own_keys = ()
    return world


class Nowhere(FakeVault):
    """Keeps nothing."""

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Taken, and not kept."""


def unkeepable() -> World:
    """The keep looks usable and then refuses; a file would take it."""
    world = nothing_made()
    world.vault.refuses = FailureError(Failure("login.keychain-refused", "The keyring was locked meanwhile."))
    world.other_vaults = {"file": FakeVault(Keep("a file of yours", True)), "show": Nowhere(Keep("nowhere: shown once", True))}
    return world


def said(app: SeswizardApp) -> str:
    """What the screen shows beside the rail, as one line: no sentence is torn apart."""
    return " ".join(" ".join(one.rpartition("▕")[2].replace("▌", " ") for one in lines(app)).split())


def screen(app: SeswizardApp) -> LoginScreen:
    """The login's screen."""
    found = app.step_screens[-1]
    assert isinstance(found, LoginScreen)
    return found


def opened(app: SeswizardApp, kind: type[Screen[Any]]) -> bool:
    """Whether such a screen is on top."""
    return isinstance(app.screen, kind)


def sheet(app: SeswizardApp, kind: type[S]) -> S:
    """The sheet on top, which is of this kind."""
    found: object = app.screen
    assert isinstance(found, kind)
    return found


def label(app: SeswizardApp) -> str:
    """What the one button says."""
    return str(screen(app).query_one("#go", Button).label)


async def consent(pilot: Pilot[str]) -> None:
    """Press the button, and the plan's verb."""
    await press(pilot, "enter")
    await settle(pilot)
    await press(pilot, "enter")
    await settle(pilot, 8)


def unseen(app: SeswizardApp, *secrets: str) -> None:
    """No secret on the screen, in its picture, in a widget or in what the workers tell."""
    told = [text(app), app.export_screenshot(), *(repr(worker) + worker.description for worker in app.workers)]
    told += [str(getattr(widget, "content", "")) + str(getattr(widget, "value", "")) for widget in app.screen.query("*")]
    for secret in secrets:
        assert not any(secret in one for one in told)


# ---- before anything exists ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_before_anything_exists_it_says_what_will_be_made(size: tuple[int, int]) -> None:
    """User, keep with its reason, sender and server; one button; nothing is made by looking or by escape."""
    world = nothing_made()
    async with driven(world, start="login", size=size) as (app, pilot):
        await settle(pilot)
        assert f"/seswizard/{USER}" in text(app)
        assert "Your desktop session unlocks it." in text(app)
        assert "*@example.com" in text(app)
        assert label(app) == "Show the plan"
        assert "F2 Options" in lines(app)[-1]
        await press(pilot, "enter")
        assert "Plan: make the SMTP login" in text(app)
        assert "ses:SendRawEmail: the one action that SMTP asks for" in text(app), "the reason for each line of the policy"
        await press(pilot, "escape")
        assert not world.iam.users
        assert not world.journal.lines


async def test_the_plain_road_is_one_button_one_consent_and_then_it_is_proven() -> None:
    """Everything made and kept, proven by logging in, and the way on; the password is nowhere to be seen."""
    world = nothing_made()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        await consent(pilot)
        assert "Proven: SES accepts this login." in text(app)
        assert world.vault.kept[NAME, REGION] == Login(MADE, Secret(password(world)))
        assert world.smtp.asked == [(587, MADE)]
        assert "5  Password    ••••••••••••" in text(app)
        assert label(app) == "Go on to Proof"
        unseen(app, password(world), world.iam.secret)


async def test_with_the_login_made_the_ports_are_seen_whole() -> None:
    """At 80×24 nothing hides below: what was made first gives way."""
    world = nothing_made()
    for port, mode in PORTS:
        seen = PortSeen(port, 4, world.smtp.host, "192.0.2.7", 0.04, "TLS 1.3", world.smtp.host, mode == "starttls")
        world.smtp.seen[port, 4] = seen
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        await consent(pilot)
        assert "5  Password    ••••••••••••" in text(app)
        assert {row.split()[0] for row in lines(app) if "✓ 40 ms" in row} == {str(port) for port, _ in PORTS}
        assert app.screen.query_one("#body").max_scroll_y == 0


async def test_keys_that_the_footer_leaves_out_are_in_the_help() -> None:
    """Six keys are all that a footer holds; what revokes, tries the ports and examines is told there, with its keys."""
    async with driven(steady(), start="login", size=LARGE) as (app, pilot):
        await settle(pilot)
        assert not {"Revoke", "Ports", "Examine"} & set(lines(app)[-1].split())
        await press(pilot, "f1")
        told = [str(one.render()) for one in app.screen.query_one("#help").query(Static)]
        for key, what in (("v F11", REVOKES), ("p F3", "try ses's ports"), ("e F12", "say what is wrong with a login")):
            assert told[told.index(key) + 1].lower().startswith(what)


async def test_options_are_a_small_form_that_the_plan_obeys() -> None:
    """Another user, another domain, another region; by keyboard."""
    world = nothing_made()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        await press(pilot, "f2")
        assert opened(app, OptionsSheet)
        field = app.screen.query_one("#user", Input)
        assert app.focused is field
        assert field.value == USER
        field.value = "mail-sender"
        app.screen.query_one("#also", Input).value = "example.org, shop.example"
        app.screen.query_one("#regions", Input).value = "us-east-1"
        await press(pilot, "f2")
        assert opened(app, LoginScreen)
        for words in ("mail-sender", "*@example.org", "*@shop.example", "email-smtp.us-east-1.amazonaws.com"):
            assert words in said(app)
        await press(pilot, "enter")
        plan = sheet(app, PlanSheet)
        told = "\n".join(plan.plan.lines())
        assert "mail-sender" in told
        assert "may send only as *@example.com, *@*.example.com, *@example.org, *@*.example.org, *@shop.example" in told
        assert "example.org/us-east-1" in told


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        ("user", "two words", "is no name of an IAM user"),
        ("also", "not a domain", "not"),
        ("regions", "eu-south-1", "SES has no SMTP endpoint in eu-south-1."),
        ("regions", EVIL, "SES has no SMTP endpoint in [/x][ERROR]"),
    ],
)
async def test_what_is_wrong_in_the_form_is_said_under_its_field(field: str, typed: str, answer: str) -> None:
    """The sheet stays, the focus is there, and escape changes nothing."""
    async with driven(nothing_made(), start="login") as (app, pilot):
        await settle(pilot)
        await press(pilot, "f2")
        app.screen.query_one(f"#{field}", Input).value = typed
        await press(pilot, "f2")
        assert opened(app, OptionsSheet)
        assert app.focused is app.screen.query_one(f"#{field}")
        assert "×" in text(app)
        assert answer in said(app)
        await press(pilot, "escape")
        await press(pilot, "escape")
        assert live_login(app).wish.user == ""
        assert live_login(app).wish.also == ()


async def test_on_a_server_without_a_desktop_the_file_comes_first_with_the_reason() -> None:
    """And nothing is kept in clear text that was not chosen: the button asks first."""
    world = nothing_made()
    world.here = Surroundings(home="/home/me", display=False)
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        assert "▲ to choose" in text(app)
        await press(pilot, "enter")
        assert opened(app, Choose)
        assert "There is no desktop session here" in said(app)
        assert sheet(app, Choose).choices[0][0] == "file"
        await press(pilot, "enter")
        assert "Which file?" in text(app)
        await press(pilot, "enter")
        assert opened(app, PlanSheet)
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert world.state.remembered[-1].login_keep == "file:/home/me/example.com-login.json"


async def test_a_keyring_that_is_not_there_is_answered_by_a_choice_and_nothing_is_made() -> None:
    """Escape at the choice says what is so; nothing was made."""
    world = nothing_made()
    world.vault.keep = Keep("keyring", False, f"no backend {EVIL}")
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        await press(pilot, "enter")
        assert opened(app, Choose)
        assert SEEN in said(app)
        await press(pilot, "escape")
        assert "× problem There is no place to keep the password" in said(app)
        assert not world.iam.users
        assert world.iam.made == 0


async def test_a_region_without_smtp_says_so_at_once() -> None:
    """The step is skipped, nothing is tried, and the way on is open."""
    world = nothing_made()
    app = SeswizardApp(world.services("eu-south-1"), DomainName.parse(NAME), "login")
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot, 12)
        assert "SES in Milan takes mail by API only: there is no SMTP login." in text(app)
        assert "– skipped" in text(app)
        assert "Ports" not in text(app)
        assert label(app).startswith("Go on to")
        await press(pilot, "p", "r", "v", "t", "e", "f2")
        assert opened(app, LoginScreen)


async def test_the_button_is_there_when_its_time_has_come() -> None:
    """A key may be deleted some days after it was switched off; the look that finds nothing new offers it."""
    async with driven(retiring(60 / 86400), NAME, start="login", size=SMALL) as (app, pilot):
        await settle(pilot, 12)
        assert label(app) == "Go on to Proof"
        await app.session.services.clock.advance(65)  # type: ignore[attr-defined]  # the manual clock
        report = app.session.report
        await app.look(frozenset({"login"}))
        await settle(pilot)
        assert app.session.report is report
        assert label(app) == "Delete the old key"


# ---- how it stands ------------------------------------------------------------------------------------------

STATES: dict[str, tuple[Callable[[], World], str, str]] = {
    "steady": (steady, "Proven: SES accepts this login.", "Go on to Proof"),
    "staged": (staged, "A rotation is under way", "Go on with the rotation"),
    "switched": (switched, "the old key still works", "Switch the old key off"),
    "retiring": (lambda: retiring(5), "may be deleted from 2026-11-27 on", "Go on to Proof"),
    "due": (lambda: retiring(-1), "may be deleted now", "Delete the old key"),
    "half-made": (half_made, "A broken run left a key", "Clean up"),
    "foreign-keys": (foreign, "a second key that seswizard", "Go on to Proof"),
    "lost": (lost, "The login's key is gone or off", "Show the plan"),
}


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("state", STATES)
async def test_each_state_is_said_in_plain_words_and_has_its_button(state: str, size: tuple[int, int]) -> None:
    """With every key, what it is and when it was used."""
    make, words, button = STATES[state]
    world = make()
    async with driven(world, start="login", size=size) as (app, pilot):
        await settle(pilot, 6)
        assert words in said(app)
        assert label(app) == button
        for key in world.iam.own_keys:
            row = next(one for one in lines(app) if key.id in one and ("active" in one or "off" in one))
            assert "used" in row
            assert "made" in row
        if state == "switched":
            assert "used 3 h ago" in text(app)
        assert max(map(len, lines(app))) <= size[0]


async def test_the_button_of_a_broken_rotation_goes_on_with_it() -> None:
    """Proven, switched, and the old key is off."""
    world = staged()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await consent(pilot)
        assert world.vault.kept[NAME, REGION].username == OTHER
        assert [one.active for one in world.iam.own_keys] == [False, True]
        assert "may be deleted from" in said(app)


async def test_cleaning_up_deletes_the_key_that_nobody_has_and_makes_none() -> None:
    """The login itself stays."""
    world = half_made()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "enter")
        assert opened(app, PlanSheet)
        assert app.focused is app.screen.query_one("#no"), "removing begins at the safe answer"
        await press(pilot, "left", "enter")
        await settle(pilot, 8)
        assert [one.id for one in world.iam.own_keys] == [KEY]
        assert world.iam.made == 0


async def test_two_keys_already_are_explained_and_one_is_chosen() -> None:
    """With their last use; the plan gives up the chosen one and no other."""
    world = nothing_made()
    world.iam.users[USER] = IamUser(USER, "/seswizard/", "arn", tuple(our_tags(NAME, REGION).items()))
    world.iam.own_keys = (AccessKey(KEY, True, LONG_AGO), AccessKey(OTHER, False, LONG_AGO))
    world.iam.used[KEY] = START - timedelta(days=2)
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        assert "The user has a key of somebody else" not in label(app)
        await press(pilot, "enter")
        assert opened(app, Choose)
        assert "used 2 d ago" in said(app)
        assert "never used" in said(app)
        await press(pilot, "escape")
        assert "has two access keys already" in said(app)
        assert len(world.iam.own_keys) == 2
        await press(pilot, "enter", "down", "enter")
        plan = sheet(app, PlanSheet)
        assert [one.detail.split(":")[0] for one in plan.plan.changes if one.sign == "-"] == [OTHER]


async def test_a_user_that_is_not_ours_is_used_only_after_a_question() -> None:
    """Escape leaves it alone; consent gives it our policy and a key."""
    world = nothing_made()
    world.iam.users[USER] = IamUser(USER, "/", "arn", (("owner", EVIL),))
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "enter")
        assert opened(app, Confirm)
        assert app.focused is app.screen.query_one("#no")
        await press(pilot, "escape")
        assert "did not make" in said(app)
        assert world.iam.made == 0
        await press(pilot, "enter", "left", "enter")
        assert opened(app, PlanSheet)
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert world.iam.made == 1


# ---- a password that no keep has taken ----------------------------------------------------------------------


async def hold(pilot: Pilot[str]) -> None:
    """Make the login, up to the question where its password goes."""
    await settle(pilot)
    await consent(pilot)


async def test_a_password_that_no_keep_takes_waits_until_another_has_it() -> None:
    """Escape at the question loses nothing; the button asks again; then it is stored, and proven."""
    world = unkeepable()
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        assert opened(app, Choose)
        assert "The keyring was locked meanwhile." in said(app)
        unseen(app, password(world), world.iam.secret)
        await press(pilot, "escape")
        assert "no keep has taken it yet" in said(app)
        assert label(app) == "Choose another keep"
        await press(pilot, "escape", "escape")
        assert live_login(app).unsaved
        await press(pilot, "enter", "down", "enter")
        assert "Which file?" in text(app)
        await press(pilot, "enter")
        await settle(pilot, 8)
        file = world.other_vaults["file"]
        assert await file.read(NAME, REGION) == Login(MADE, Secret(password(world)))
        assert "Proven: SES accepts this login." in text(app)
        assert not live_login(app).holds_secret


async def test_a_keep_that_refuses_too_leads_back_to_the_question() -> None:
    """The secret is still there."""
    world = unkeepable()
    refusing = FakeVault(Keep("a file of yours", False, f"the disk is full {EVIL}"))
    world.other_vaults["file"] = refusing
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        await press(pilot, "down", "enter", "enter")
        await settle(pilot, 8)
        assert opened(app, Choose)
        assert "the disk is full" in said(app)
        assert live_login(app).unsaved
        assert len(world.iam.own_keys) == 1


async def test_giving_up_deletes_the_key_again() -> None:
    """Nothing is left but the user and its policy, and the plan can be shown anew."""
    world = unkeepable()
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        await press(pilot, "end", "enter")
        await settle(pilot, 8)
        assert world.iam.own_keys == ()
        assert not live_login(app).holds_secret
        assert label(app) == "Show the plan"


async def test_leaving_asks_first_and_loses_nothing() -> None:
    """By every key; escape at that question stays; going away keeps the secret, and coming back finds it."""
    world = unkeepable()
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        await press(pilot, "escape")
        for key in ("escape", "b", "o", "n", "f7", "f8", "f9"):
            await press(pilot, key)
            assert opened(app, Confirm), key
            assert "Leave the password behind for now?" in text(app)
            await press(pilot, "escape")
            assert opened(app, LoginScreen)
        await press(pilot, "o", "left", "enter")
        await settle(pilot)
        assert app.step == "overview"
        assert live_login(app).unsaved
        await app.open("login")
        await settle(pilot)
        assert label(app) == "Choose another keep"


async def test_quitting_asks_first_and_then_deletes_the_key() -> None:
    """A key whose password is lost is not left behind."""
    world = unkeepable()
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        await press(pilot, "escape")
        for key in ("q", "ctrl+q"):
            await press(pilot, key)
            assert "Quit, and lose the password?" in text(app)
            await press(pilot, "escape")
            assert not app._exit
            assert live_login(app).unsaved
        await press(pilot, "q", "left", "enter")
        await settle(pilot, 8)
        assert world.iam.own_keys == ()
        assert app._exit


async def test_quitting_by_the_palette_waits_for_the_decision() -> None:
    """It leaves when the password is kept, not before."""
    world = unkeepable()
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        await press(pilot, "escape")
        await app.action_quit()
        await settle(pilot)
        assert not app._exit
        await press(pilot, "enter", "down", "enter", "enter")
        await settle(pilot, 8)
        assert await world.other_vaults["file"].read(NAME, REGION) is not None
        assert app._exit


async def test_a_password_that_waits_brings_one_back_to_its_screen() -> None:
    """Where one has gone on meanwhile."""
    world = unkeepable()
    gate = asyncio.Event()
    create = world.iam.create_key

    async def slow(user: str) -> tuple[str, Secret]:
        await gate.wait()
        return await create(user)

    world.iam.create_key = slow  # type: ignore[method-assign]  # a slow one
    async with driven(world, start="login") as (app, pilot):
        await hold(pilot)
        assert "Making the SMTP login." in text(app)
        await press(pilot, "o")
        assert app.step == "overview"
        gate.set()
        await settle(pilot, 8)
        assert app.step == "login"
        assert label(app) == "Choose another keep"
        assert live_login(app).unsaved


async def test_a_password_that_nothing_keeps_is_shown_once_when_asked_for() -> None:
    """Hidden at first, also in the picture; forgotten only after a question; proven meanwhile."""
    world = unkeepable()
    async with driven(world, start="login", size=LARGE) as (app, pilot):
        await hold(pilot)
        await press(pilot, "end", "up", "enter")
        await settle(pilot, 8)
        assert label(app) == "Show the password"
        assert "235 Authentication successful" in text(app), "it is proven while it is in hand"
        unseen(app, password(world))
        await press(pilot, "enter")
        assert opened(app, SecretSheet)
        unseen(app, password(world))
        await press(pilot, "escape")
        assert live_login(app).showing is not None, "escape loses nothing"
        await press(pilot, "enter")
        app.screen.query_one("#show", Button).active_effect_duration = 0
        await press(pilot, "enter")
        assert password(world) in text(app)
        await press(pilot, "enter")
        unseen(app, password(world))
        await press(pilot, "right", "enter")
        assert "Do you have the password?" in text(app)
        await press(pilot, "left", "enter")
        await settle(pilot, 8)
        assert live_login(app).showing is None
        assert "The login is made, and nothing keeps its password." in said(app)
        assert "nowhere: it was shown once" in said(app)
        unseen(app, password(world))


async def test_a_password_that_was_to_be_shown_costs_its_key_when_the_program_is_left() -> None:
    """It is said before, and what nobody has opens nothing."""
    world = unkeepable()
    async with driven(world, start="login", size=LARGE) as (app, pilot):
        await hold(pilot)
        await press(pilot, "end", "up", "enter")
        await settle(pilot, 8)
        assert live_login(app).showing is not None
        assert len(world.iam.own_keys) == 1
        await press(pilot, "q")
        assert "its key is deleted" in said(app)
        await press(pilot, "left", "enter")
        await settle(pilot, 8)
        assert not world.iam.own_keys


# ---- proving ------------------------------------------------------------------------------------------------


async def test_535_on_a_young_key_is_waiting_and_only_afterwards_a_problem() -> None:
    """Tried again with growing pauses, visibly, never red; given up after five minutes."""
    world = steady(created=START)
    world.smtp.replies = [REFUSED]
    async with driven(world, start="login", size=LARGE) as (app, pilot):
        await settle(pilot, 6)
        tries = 0
        while world.clock.seconds < 1000 + 280:
            await world.clock.advance(20)
            await settle(pilot)
            assert "… waiting  AWS is still spreading the new key; 535 is normal until then." in text(app)
            assert "× " not in said(app)
            assert "next try in" in text(app)
            assert len(world.smtp.asked) > tries
            tries = len(world.smtp.asked)
        assert "AUTH PLAIN password hidden" in text(app)
        await world.clock.advance(60)
        await settle(pilot, 6)
        assert "× problem" in text(app)
        assert label(app) == "Find out why"


async def test_535_on_an_old_key_is_a_problem_at_once() -> None:
    """Nothing is spread any more."""
    world = steady()
    world.smtp.replies = [REFUSED]
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        assert "× problem" in text(app)
        assert REFUSED in said(app)
        assert len(world.smtp.asked) == 1


async def test_a_port_that_nobody_answers_on_is_unknown_and_another_is_offered() -> None:
    """Red would be wrong: nobody has refused the login."""
    world = steady()
    world.smtp.replies = ["Port 587 does not answer.", ACCEPTED]
    world.smtp.gate = asyncio.Event()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        assert "? unknown" in text(app)
        assert label(app) == "Log in again"
        world.smtp.seen = {(587, family): PortSeen(587, family, why_not="no answer", absent=family == 6) for family in FAMILIES}
        await press(pilot, "p")
        world.smtp.gate.set()
        await settle(pilot)
        assert label(app) == "Use port 2587"
        await press(pilot, "enter")
        await settle(pilot)
        assert "Proven" in text(app)
        assert world.smtp.asked[-1][0] == 2587


async def test_g_takes_the_next_port() -> None:
    """And logs in there."""
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "g")
        await settle(pilot)
        assert world.smtp.asked == [(587, KEY), (465, KEY)]
        assert "2 Port 465 3 Security TLS from the start" in said(app)


# ---- ports --------------------------------------------------------------------------------------------------


def seen_ports(blocked: tuple[int, ...] = ()) -> dict[tuple[int, int], PortSeen]:
    """IPv4 as told, and no IPv6 here."""
    host = "email-smtp.eu-west-1.amazonaws.com"
    told = {}
    for port, mode in PORTS:
        told[port, 4] = (
            PortSeen(port, 4, host, why_not="no answer within 5 s")
            if port in blocked
            else PortSeen(port, 4, host, "192.0.2.7", 0.038, "TLS 1.3", host, mode == "starttls", f"220 {EVIL}", 0.121)
        )
        told[port, 6] = PortSeen(port, 6, host, why_not="no IPv6 here", absent=True)
    return told


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_ports_fill_in_as_they_answer(size: tuple[int, int]) -> None:
    """The table is there at once; a slow port keeps no other one waiting."""
    world = nothing_made()
    world.smtp.gate = asyncio.Event()
    world.smtp.seen = {place: one for place, one in seen_ports((25,)).items() if place[0] != 465}
    async with driven(world, start="login", size=size) as (app, pilot):
        await settle(pilot)
        assert "8 of 10 answered" in text(app)
        row = next(one for one in lines(app) if "465 " in one)
        assert "… trying" in row
        assert "✓ 38 ms" in next(one for one in lines(app) if "2587 " in one)
        world.smtp.gate.set()
        await settle(pilot)
        assert "Use port 587 with STARTTLS." in text(app)
        assert "use this one" in text(app)
        assert "▲ blocked" in text(app)
        assert "no answer within 5 s" in text(app)
        assert ("email-smtp.eu-west-1.amazonaws.com" in next((one for one in lines(app) if "Certificate" in one), "")) is (
            size == LARGE
        )
        if size == LARGE:
            assert f"Greeting          220 {SEEN}" in text(app)
            assert "587 121 ms" in text(app)
            assert "\x1b" not in text(app)


async def test_p_tries_the_ports_again_and_every_screen_knows() -> None:
    """What was found is a finding of this step; all blocked is a problem, and the verdict says so."""
    world = nothing_made()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        assert app.session.report is not None
        assert app.session.report.has("ports.ok")
        world.smtp.seen = seen_ports(tuple(port for port, _ in PORTS))
        await press(pilot, "p")
        await settle(pilot)
        assert app.session.report.has("ports.all-blocked")
        assert "No port is open from here" in text(app)
        assert "none of SES's SMTP ports is open" in said(app)


async def test_where_nothing_could_be_tried_the_ports_are_unknown() -> None:
    """Not blocked: nobody knows."""
    world = nothing_made()
    world.smtp.seen = {
        (port, family): PortSeen(port, family, why_not="no address", absent=True) for port, _ in PORTS for family in FAMILIES
    }
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot)
        assert "Ports  ? unknown" in text(app)
        assert "blocked" not in next(one for one in lines(app) if "587 " in one)


# ---- rotating and revoking ----------------------------------------------------------------------------------


async def test_a_rotation_shows_its_plan_and_goes_on_when_one_leaves() -> None:
    """The new key is waited for on another screen; the login is never without a working key."""
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        world.smtp.replies = [REFUSED, REFUSED, ACCEPTED]
        for key in ("f10", "r"):
            await press(pilot, key)
            assert opened(app, PlanSheet)
            assert "Plan: rotate the SMTP login" in text(app)
            await press(pilot, "escape")
        assert world.iam.made == 0
        await press(pilot, "r", "enter")
        await settle(pilot, 6)
        assert "Rotating the SMTP login." in text(app)
        assert "535 Authentication Credentials Invalid; again in 1 s" in said(app)
        assert "× problem" not in text(app)
        assert world.vault.kept[NAME, REGION].username == KEY, "the old one works until the new one is proven"
        await press(pilot, "r", "v")
        assert opened(app, LoginScreen), "one change at a time"
        await press(pilot, "o")
        await world.clock.advance(8)
        await settle(pilot, 8)
        assert world.vault.kept[NAME, REGION].username == MADE
        assert [one.active for one in world.iam.own_keys] == [False, True]
        await app.open("login")
        await settle(pilot, 6)
        assert "may be deleted from" in said(app)


async def test_the_old_key_stays_on_until_the_person_has_a_new_password_that_nothing_keeps() -> None:
    """It is shown after it was proven, and only then the old one is switched off."""
    world = steady()
    world.state.remembered = [DomainChoices(NAME, REGION, "123456789012", login_keep="show", iam_user=USER)]
    world.vault.kept.clear()
    world.other_vaults = {"show": Nowhere(Keep("nowhere: shown once", True))}
    world.journal.lines.append(line("vault.store", "vault", f"{NAME}/{REGION}", user=USER, key=KEY))
    async with driven(world, start="login", size=LARGE) as (app, pilot):
        await settle(pilot, 6)
        assert "nowhere: it was shown once" in said(app)
        await press(pilot, "r", "enter")
        await settle(pilot, 8)
        assert label(app) == "Show the password"
        assert [(one.id, one.active) for one in world.iam.own_keys] == [(KEY, True), (MADE, True)]
        await press(pilot, "enter")
        app.screen.query_one("#show", Button).active_effect_duration = 0
        await press(pilot, "enter")
        assert password(world) in text(app)
        await press(pilot, "enter", "right", "enter", "left", "enter")
        await settle(pilot, 8)
        assert [(one.id, one.active) for one in world.iam.own_keys] == [(KEY, False), (MADE, True)]
        unseen(app, password(world))


async def test_a_staged_rotation_may_be_taken_back() -> None:
    """By a choice whose escape does nothing."""
    world = staged()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "r")
        assert opened(app, Choose)
        await press(pilot, "escape")
        assert opened(app, LoginScreen)
        await press(pilot, "r", "down", "enter")
        assert "Plan: take the rotation back" in text(app)
        await press(pilot, "left", "enter")
        await settle(pilot, 8)
        assert [one.id for one in world.iam.own_keys] == [KEY]
        assert (NAME, f"{REGION}/next") not in world.vault.kept


async def test_a_retired_key_may_be_deleted_before_its_time() -> None:
    """It is said that it is off already."""
    world = retiring(5)
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "r", "enter")
        assert opened(app, PlanSheet)
        await press(pilot, "left", "enter")
        await settle(pilot, 8)
        assert [one.id for one in world.iam.own_keys] == [KEY]


async def test_revoking_shows_its_plan_and_has_the_name_typed() -> None:
    """The safe answer has the focus, another word removes nothing, the name removes everything."""
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "f11")
        assert "Plan: revoke the SMTP login of example.com" in text(app)
        assert app.focused is app.screen.query_one("#no")
        await press(pilot, "left", "enter")
        assert "Type example.com to go on" in text(app)
        await press(pilot, "n", "o", "enter")
        assert "that is another word" in text(app)
        await press(pilot, "escape")
        await settle(pilot)
        assert world.vault.kept
        await press(pilot, "v", "left", "enter", *"example", ".", *"com", "enter")
        await settle(pilot, 8)
        assert not world.vault.kept
        assert world.iam.own_keys == ()
        assert USER not in world.iam.users
        assert label(app) == "Show the plan"


async def test_a_further_region_leads_to_a_rotation() -> None:
    """Its password can be made only from a new key's secret."""
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "f2")
        app.screen.query_one("#regions", Input).value = "us-east-1"
        assert app.screen.query_one("#user", Input).disabled, "the user stays"
        await press(pilot, "f2")
        assert "Rotate the login?" in text(app)
        await press(pilot, "left", "enter")
        plan = sheet(app, PlanSheet)
        assert "rotate" in plan.plan.title
        assert "us-east-1" in "\n".join(plan.plan.lines())


# ---- copying and examining ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["C", "5"])
async def test_the_password_is_copied_by_a_key_and_is_nowhere_on_the_screen(key: str) -> None:
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        await press(pilot, "c")
        assert world.clipboard.taken == [KEY]
        await press(pilot, key)
        await settle(pilot)
        assert world.clipboard.taken == [KEY, "B" * 44]
        unseen(app, "B" * 44)


async def test_a_login_that_one_has_is_examined_and_its_password_never_shown() -> None:
    """A secret access key goes nowhere, and is named for what it is."""
    world = steady()
    async with driven(world, start="login") as (app, pilot):
        await settle(pilot, 6)
        asked = list(world.smtp.asked)
        for key in ("e", "f12"):
            await press(pilot, "escape" if opened(app, ExamineSheet) else "c", key)
            assert opened(app, ExamineSheet)
        app.screen.query_one("#username", Input).value = EVIL
        await press(pilot, "enter", "enter")
        assert "that is needed" in text(app)
        app.screen.query_one("#password", Input).value = world.iam.secret
        await settle(pilot)
        assert world.iam.secret not in text(app)
        assert world.iam.secret not in app.export_screenshot()
        await press(pilot, "enter")
        await settle(pilot)
        assert opened(app, ExaminedSheet)
        assert "This is the secret access key itself" in said(app)
        assert "login.iam-user-name-used" in {one.id for one in sheet(app, ExaminedSheet).findings}
        assert world.smtp.asked == asked
        unseen(app, world.iam.secret)
        await press(pilot, "escape")
        assert opened(app, LoginScreen)


async def test_the_palette_has_what_can_be_done_now() -> None:
    """And what cannot is not there."""
    from seswizard.tui.screens.login_commands import LoginCommands

    async def names(world: World) -> set[str]:
        async with driven(world, start="login") as (app, pilot):
            await settle(pilot, 6)
            found = set()
            async for hit in LoginCommands(app.screen).discover():
                assert isinstance(hit, DiscoveryHit)
                found.add(str(hit.display))
            return found

    steady_ones = await names(steady())
    assert {"Rotate the login", "Revoke the login", "Copy the password", "Try the ports", "Examine a login"} <= steady_ones
    assert not {"Rotate the login", "Copy the password", "Log in now"} & await names(nothing_made())


# ---- hostile text, and a crash ------------------------------------------------------------------------------


async def test_hostile_text_in_every_field_is_shown_as_it_is() -> None:
    """User, key, keep, greeting and reply."""
    world = steady()
    world.state.remembered = [DomainChoices(NAME, REGION, "123456789012", login_keep="keyring", iam_user=EVIL)]
    world.vault.kept[NAME, REGION] = Login(f"AKIA{EVIL}", Secret("B" * 44))
    world.vault.keep = Keep(EVIL, True)
    world.iam.users[EVIL] = IamUser(EVIL, "/", "arn", tuple(our_tags(NAME, REGION).items()))
    world.iam.own_keys = (AccessKey(f"AKIA{EVIL}", True, START), AccessKey(EVIL, True, START))
    world.smtp.replies = [f"535 {EVIL}"]
    world.smtp.seen = seen_ports((25,))
    async with driven(world, start="login", size=(120, 50)) as (app, pilot):
        await settle(pilot, 6)
        shown = text(app)
        assert shown.count(SEEN) >= 3
        assert "\x1b" not in shown
        assert "\x9b" not in shown
        for key in ("r", "f2", "v", "c"):
            await press(pilot, key)
            assert "\x1b" not in text(app)
            await press(pilot, "escape")


async def test_choices_show_hostile_text_and_escape_chooses_nothing() -> None:
    """Arrows move, enter takes the marked one, the button too."""
    answers: list[str | None] = []
    choices = (("one", EVIL, EVIL), ("two", "two", "a long explanation " * 6), ("three", "three", ""))
    async with driven(World(), start="access") as (app, pilot):
        for keys in (("escape",), ("down", "enter"), ("down", "down", "tab", "enter"), ("tab", "tab", "enter")):
            app.push_screen(Choose(EVIL, EVIL, choices), answers.append)
            await settle(pilot)
            assert text(app).count("[/x][ERROR]") >= 3
            assert "\x1b" not in text(app)
            await press(pilot, *keys)
        assert answers == [None, "two", "three", None]


async def test_a_crash_while_a_password_waits_prints_none(capsys: pytest.CaptureFixture[str]) -> None:
    """That it was a fault of ours is told, and where; nothing of what it held."""
    world = unkeepable()
    with pytest.raises(RuntimeError, match="a bug"):
        async with driven(world, start="login") as (app, pilot):
            await hold(pilot)
            assert live_login(app).unsaved

            def crash() -> None:
                held = password(world)
                raise RuntimeError(f"a bug after {len(held)} characters of {live_login(app)!r}")

            app.call_later(crash)
            await settle(pilot, 8)
    out, err = capsys.readouterr()
    assert "This is a bug in seswizard, not yours: RuntimeError in" in " ".join((out + err).split())
    for secret in (password(world), world.iam.secret):
        assert secret not in out + err


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_without_colour_everything_has_a_word(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    """NO_COLOR: states are told by glyph and word."""
    monkeypatch.setenv("NO_COLOR", "1")
    world = switched()
    async with driven(world, start="login", size=size) as (app, pilot):
        await settle(pilot, 6)
        assert "▲ advice" in text(app)
        assert "✓ active" in text(app)
        assert screen(app).query_one("#about", FactsGrid).display
