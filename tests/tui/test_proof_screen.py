"""Proof: each scenario in its own words, the waiting with the way back, and a mailbox of one's own in the sandbox."""

from dataclasses import replace

import pytest
from textual.widgets import Static

from seswizard.core.conversation import Line
from seswizard.core.failure import Failure
from seswizard.core.ports import PortSeen
from seswizard.core.reading import Seen
from seswizard.core.remembered import DomainChoices
from seswizard.core.simulator import SCENARIOS
from seswizard.tui.modals.choose import Choose
from seswizard.tui.modals.plan import PlanSheet
from seswizard.tui.screens.proof import ProofScreen
from seswizard.tui.step_screen import StepScreen
from seswizard.tui.widgets.rows import Rows
from tests.tui.driving import LARGE, SMALL, Driven, driven, lines, press, settle, text
from tests.tui.fakes import START
from tests.tui.post import MESSAGE_ID, PostWorld, post_world
from tests.tui.test_hostile import EVIL, SEEN

TALL = (120, 40)
PLACES = {"bounce": 0, "complaint": 1, "success": 2, "ooto": 3, "suppressionlist": 4, "mine": 5}


async def pick(at: Driven, to: str) -> None:
    """Choose whom to send to by keys."""
    await press(at[1], "w")
    assert isinstance(at[0].screen, Choose)
    await press(at[1], *["down"] * PLACES[to], "enter")
    await settle(at[1], 8)


async def send(at: Driven, to: str) -> None:
    """Choose, and consent to the plan."""
    await pick(at, to)
    assert isinstance(at[0].screen, PlanSheet)
    await press(at[1], "enter")
    await settle(at[1], 8)


async def later(world: PostWorld, at: Driven, seconds: float) -> None:
    """Let time pass, and the screen look at the clock."""
    await world.clock.advance(seconds)
    await settle(at[1], 6)
    screen = at[0].screen
    if isinstance(screen, StepScreen):
        screen.tick()
    await settle(at[1], 6)


@pytest.mark.parametrize("size", [SMALL, TALL])
@pytest.mark.parametrize(
    ("to", "events", "said"),
    [
        ("bounce", (("Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),), "and its bounce came back"),
        ("complaint", (("Delivery", {}), ("Complaint", {"complaintFeedbackType": "abuse"})), "the complaint about it came back"),
        ("success", (("Send", {}), ("Delivery", {})), "its delivery was reported"),
        ("ooto", (("Delivery", {}),), "SES reports none"),
        ("suppressionlist", (("Bounce", {"bounceType": "Permanent", "bounceSubType": "Suppressed"}),), "did not even try"),
    ],
)
async def test_each_scenario_is_sent_by_keys_and_proven_in_its_own_words(
    to: str, events: tuple[tuple[str, dict[str, object]], ...], said: str, size: tuple[int, int]
) -> None:
    world = post_world()
    async with driven(world, start="proof", size=size) as at:

        def come() -> None:
            for number, (kind, more) in enumerate(events):
                world.queues.later(number + 1, kind, **more)

        world.endpoint.then = come
        await send(at, to)
        assert "SES took the message" in text(at[0])
        await later(world, at, 5)
        shown = text(at[0])
        assert "✓ ok  Proven: sent through your own login" in shown
        assert said in " ".join(shown.replace("▌", "").split())
        assert world.endpoint.sent == [("proof@example.com", f"{to}@simulator.amazonses.com")]
        assert f"{events[-1][0]} " in shown
        assert MESSAGE_ID in shown


@pytest.mark.parametrize(
    ("down", "through", "via"),
    [(0, ":587", "smtp"), (1, ":465", "smtp"), (5, "SES’s API", "api")],
)
async def test_the_way_is_chosen_by_keys_and_stays_for_the_next_scenario(down: int, through: str, via: str) -> None:
    """STARTTLS, TLS from the first byte, or the API; `w` then sends another kind by the same way."""
    world = post_world()
    async with driven(world, start="proof", size=TALL) as at:
        await press(at[1], "g")
        assert isinstance(at[0].screen, Choose)
        await press(at[1], *["down"] * down, "enter")
        await settle(at[1], 8)
        assert isinstance(at[0].screen, PlanSheet)
        await press(at[1], "escape")
        assert through in text(at[0])
        await pick(at, "complaint")
        await press(at[1], "enter")
        await settle(at[1], 8)
        sent = at[0].live_proof.sending
        assert sent is not None
        assert (sent.to, sent.via) == ("complaint", via)
        assert through in f"{text(at[0])} :{sent.port}"
        assert bool(world.endpoint.sent) is (via == "smtp")


async def test_an_old_proof_says_that_the_login_has_a_new_key_since() -> None:
    """After a rotation the step is to do again, and it is said why."""
    world = post_world()
    kept = await world.state.proof("example.com", "eu-west-1")
    assert kept is not None
    await world.state.save_proof("example.com", "eu-west-1", replace(kept, key_id="AKIAOLD"))
    async with driven(world, start="proof") as at:
        shown = text(at[0])
        assert "The login has a new key; the bounce came back through an old one." in shown
        assert "through the key AKIAOLD" in shown


async def test_the_choice_says_what_comes_back_and_what_it_costs() -> None:
    """Before anything is sent; escape sends nothing."""
    world = post_world()
    async with driven(world, start="proof", size=TALL) as at:
        await press(at[1], "w")
        flat = " ".join(text(at[0]).split())
        assert "billed as one message" in flat
        assert "harms no reputation" in flat
        assert "reported as spam" in flat
        assert "a mailbox of mine" in flat
        await press(at[1], "escape")
        assert isinstance(at[0].screen, ProofScreen)
        assert not world.endpoint.sent


async def test_waiting_shows_the_time_then_the_links_then_the_diagnosis() -> None:
    """Elapsed at once, "slower than usual" after a minute, the broken link after two and a half."""
    world = post_world()
    async with driven(world, start="proof", size=TALL) as at:
        await send(at, "bounce")
        assert "given up at 2 min 30 s" in text(at[0])
        assert "The way back" not in text(at[0])
        await later(world, at, 8)
        shown = text(at[0])
        assert "waiting for 8 s" in shown
        assert "✓ topic policy" in shown
        assert "slower" not in shown
        world.queues.policies[next(iter(world.queues.queues))] = "{}"
        await later(world, at, 53)
        shown = text(at[0])
        assert "slower than usual" in shown
        assert "× queue policy" in shown, "the links are read once more"
        await later(world, at, 90)
        shown = " ".join(text(at[0]).replace("▌", "").replace("▕", "").split())
        assert "no Bounce event came back in 150 s" in shown
        failure = at[0].live_proof.failure
        assert failure is not None
        assert "It stops at the queue policy" in failure.title
        assert "× queue policy does not allow it" in shown


async def test_on_a_small_screen_only_the_broken_link_is_listed() -> None:
    world = post_world()
    async with driven(world, start="proof", size=SMALL) as at:
        await send(at, "bounce")
        world.queues.policies[next(iter(world.queues.queues))] = "{}"
        await later(world, at, 155)
        shown = text(at[0])
        assert "× queue policy" in shown
        assert "✓ topic policy" not in shown
        assert "12 of 13 links are whole" in shown
        assert f"250 Ok {MESSAGE_ID}" in shown


async def test_leaving_and_coming_back_loses_nothing() -> None:
    """The message is on its way whatever screen is open; a look at the overview does not end the waiting."""
    world = post_world()
    async with driven(world, start="proof", size=SMALL) as at:
        await send(at, "complaint")
        await press(at[1], "f9")
        assert at[0].step == "overview"
        world.queues.later(1, "Complaint", complaintFeedbackType="abuse")
        await later(world, at, 3)
        await press(at[1], "b")
        await settle(at[1], 6)
        assert "the complaint about it came back" in " ".join(text(at[0]).replace("▌", "").split())


async def test_an_unverified_mailbox_is_verified_by_a_click_and_then_written_to() -> None:
    """In the sandbox: ask, refuse with the way on, the plan, waiting for the click also elsewhere, then the message."""
    world = post_world()
    async with driven(world, start="proof", size=SMALL) as at:
        app, pilot = at
        await pick(at, "mine")
        await press(pilot, *"ann", "enter")
        assert "Type an address" in text(app), "asked again until it is one"
        await press(pilot, *["backspace"] * 3, *"ann", "@", *"other.example", "enter")
        await settle(pilot, 8)
        assert "has not verified ann@other.example" in " ".join(text(app).replace("▌", "").split())
        await press(pilot, "enter")
        await settle(pilot, 8)
        assert "Plan: verify ann@other.example" in text(app)
        await press(pilot, "escape")
        assert "ann@other.example" not in world.aws.identities, "escape is the safe answer"
        await press(pilot, "enter")
        await settle(pilot, 8)
        await press(pilot, "enter")
        await settle(pilot, 8)
        shown = text(app)
        assert "waiting for the click" in shown
        assert "since " in shown
        assert "SES is asked every 10 s" in shown
        await press(pilot, "f9")
        assert app.step != "proof"
        world.aws.identities["ann@other.example"] = replace(
            world.aws.identities["ann@other.example"], status="SUCCESS", may_send=True
        )
        await later(world, at, 11)
        await app.open("proof")
        await settle(pilot, 8)
        assert "ann@other.example is verified" in text(app)
        world.endpoint.then = lambda: world.queues.later(1, "Delivery", to="ann@other.example")
        await press(pilot, "enter")
        await settle(pilot, 8)
        await press(pilot, "enter")
        await settle(pilot, 8)
        await later(world, at, 3)
        assert world.endpoint.sent == [("proof@example.com", "ann@other.example")]
        assert "and the receiver took it" in text(app)


async def test_a_suppressed_mailbox_leads_to_the_list() -> None:
    """A bounce where a delivery was hoped for ends the waiting, and one key shows the entry."""
    world = post_world()
    world.aws.status = replace(world.aws.status, production=True, suppressed_reasons=("BOUNCE",))
    world.suppress("bob@other.example")
    async with driven(world, start="proof", size=SMALL) as at:
        world.endpoint.then = lambda: world.queues.later(
            1, "Bounce", to="bob@other.example", bounceType="Permanent", bounceSubType="OnAccountSuppressionList"
        )
        await pick(at, "mine")
        await press(at[1], *"bob", "@", *"other.example", "enter")
        await settle(at[1], 8)
        await press(at[1], "enter")
        await settle(at[1], 8)
        await later(world, at, 3)
        assert "suppression list, so SES did not try" in " ".join(text(at[0]).replace("▌", "").split())
        assert "× Bounce" in text(at[0])
        await press(at[1], "s")
        await settle(at[1], 8)
        assert at[0].step == "suppression bob@other.example"
        assert "bob@other.example is on the account's suppression list" in " ".join(text(at[0]).split())
        await press(at[1], "f7")
        await settle(at[1], 8)
        assert at[0].step == "proof"


@pytest.mark.parametrize("why", ["sdk", "ports"])
async def test_where_smtp_is_impossible_it_goes_by_api_and_says_what_that_does_not_prove(why: str) -> None:
    world = post_world()
    if why == "sdk":
        world.state.remembered = [DomainChoices("example.com", "eu-west-1", "123456789012", sends_by="sdk")]
    async with driven(world, start="proof", size=TALL) as at:
        if why == "ports":
            facts = at[0].session.facts
            assert facts is not None
            shut = tuple(PortSeen(port, 4, why_not="no answer") for port in (25, 465, 587, 2465, 2587))
            at[0].know(replace(at[0].session, facts=replace(facts, ports=Seen(shut, "smtp", START))))
            await settle(at[1])
        assert "an SDK" in text(at[0]) if why == "sdk" else "no SMTP port is open from here" in text(at[0])
        assert "proves neither a login nor the way to SES’s SMTP ports" in text(at[0])
        await send(at, "success")
        world.queues.later(1, "Delivery", message_id="message-1")
        await later(world, at, 3)
        assert [one[1] for one in world.aws.sent] == ["success@simulator.amazonses.com"]
        assert not world.endpoint.sent
        assert "Proven: sent by SES’s API, and its delivery was reported." in text(at[0])


async def test_without_a_login_the_api_can_still_be_chosen() -> None:
    """The API needs none, and the button's sentence says so; a port needs one, and nothing is sent."""
    world = post_world()
    world.vault.kept.clear()
    world.iam.own_keys = ()
    world.state.proofs.clear()
    async with driven(world, start="proof", size=TALL) as at:
        assert "first make the login; g sends without it" in text(at[0])
        await press(at[1], "g", "enter")
        await settle(at[1], 8)
        assert not isinstance(at[0].screen, PlanSheet)
        await press(at[1], "g", *["down"] * 5, "enter")
        await settle(at[1], 8)
        assert isinstance(at[0].screen, PlanSheet)
        await press(at[1], "enter")
        await settle(at[1], 8)
        assert not world.endpoint.sent
        assert world.aws.sent


async def test_a_blocked_port_offers_the_api() -> None:
    """The refusal in words, and the way round on the button."""
    world = post_world()
    async with driven(world, start="proof", size=SMALL) as at:
        await send(at, "bounce")
        await later(world, at, 155)
        live = at[0].live_proof
        live.failure = Failure("ports.blocked", "Port 587 cannot be reached.", remedy="Take another.")
        screen = at[0].screen
        assert isinstance(screen, ProofScreen)
        screen.redraw()
        await settle(at[1])
        assert "Send by SES’s API" in text(at[0])
        await press(at[1], "enter")
        await settle(at[1], 8)
        assert isinstance(at[0].screen, PlanSheet)


async def test_another_domain_does_not_inherit_the_proof() -> None:
    world = post_world()
    async with driven(world, start="proof", size=SMALL) as at:
        await send(at, "bounce")
        screen = at[0].screen
        assert isinstance(screen, ProofScreen)
        assert screen.live.running
        at[0].live_proof.region = "us-east-1"
        assert not screen.live.running


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_hostile_words_are_shown_as_they_are(size: tuple[int, int]) -> None:
    """In the conversation, in events, in a refusal."""
    world = post_world()
    world.endpoint.told = (Line(0.1, "←", f"250 Ok 0 {EVIL}"), Line(0.2, "←", f"554 {EVIL}"))
    world.endpoint.then = lambda: world.queues.later(1, "Bounce", to=EVIL, bounceType=EVIL, bounceSubType=EVIL)
    async with driven(world, start="proof", size=size) as at:
        await send(at, "bounce")
        await later(world, at, 3)
        assert "\x1b" not in text(at[0])
        assert SEEN in text(at[0])
        at[0].live_proof.failure = Failure("send.rejected", EVIL, EVIL, EVIL)
        screen = at[0].screen
        assert isinstance(screen, ProofScreen)
        screen.redraw()
        await settle(at[1])
        assert SEEN in lines(at[0])[2 if size == SMALL else 3] or SEEN in text(at[0])


async def test_the_conversation_grows_in_place() -> None:
    """Lines that were said stay the same widgets."""
    world = post_world()
    async with driven(world, start="proof", size=TALL) as at:
        await send(at, "bounce")
        screen = at[0].screen
        assert isinstance(screen, ProofScreen)
        before = list(screen.query("#talk Static").results(Static))
        at[0].live_proof.lines.append(Line(0.7, "←", "221 Bye"))
        screen.redraw()
        await settle(at[1])
        after = list(screen.query("#talk Static").results(Static))
        assert after[: len(before)] == before
        assert len(after) == len(before) + 1


async def test_every_choice_of_whom_to_send_to_is_seen_at_once_on_the_smallest_terminal() -> None:
    async with driven(post_world(), start="proof", size=SMALL) as at:
        await settle(at[1])
        await press(at[1], "w")
        sheet = text(at[0])
        assert isinstance(at[0].screen, Choose)
        assert all(word in sheet for word in (*(one.to for one in SCENARIOS), "a mailbox of mine"))
        assert all(one.short in sheet for one in SCENARIOS)
        assert not at[0].screen.query_one(Rows).max_scroll_y
