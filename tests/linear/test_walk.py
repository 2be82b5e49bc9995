"""The walk itself, over a small world in memory: where it begins, what words do, what waiting says, what is never repeated."""

import asyncio
from dataclasses import replace

import pytest

from seswizard.actions.action import Outcome, Progress, Say
from seswizard.cli.linear.asking import Away, Way
from seswizard.cli.linear.first import begun
from seswizard.cli.linear.keeping import ask_keep
from seswizard.cli.linear.offers import OVERVIEW
from seswizard.cli.linear.propagation import wait_here
from seswizard.cli.linear.road import visit, walk_road
from seswizard.cli.linear.table import WALKED
from seswizard.core.answers_file import SetupAnswers
from seswizard.core.failure import FailureError
from seswizard.core.keep import KeepChoice, Surroundings
from seswizard.core.login import Keep
from seswizard.core.names import DomainName
from seswizard.core.plan import Change, Plan
from seswizard.core.remembered import DomainChoices
from seswizard.core.step_words import SENDERS
from seswizard.core.steps import STEP
from seswizard.ports import Services
from tests.linear.talking import Typed, unwrapped, walk_of
from tests.tui.fakes import FakeVault, World, denied, pending

EXAMPLE = DomainChoices("example.com", "eu-west-1")


def at_once(world: World) -> World:
    """A clock that does not make one wait: sleeping moves it."""

    async def sleep(seconds: float) -> None:
        world.clock.seconds += seconds
        await asyncio.sleep(0)

    world.clock.sleep = sleep  # type: ignore[method-assign]  # time passes by itself here
    return world


def rewire(region: str) -> Services:
    return World().services(region)


async def start(world: World, talk: Typed, answers: SetupAnswers | None = None) -> object:
    return await begun(world.services(), answers or SetupAnswers(), talk, rewire, "")


# ---- beginning ----------------------------------------------------------------------------------------------


async def test_the_first_questions_are_the_wizards_and_are_remembered() -> None:
    world, talk = World(), Typed("https://example.com/x", "example.com", "2", "nowhere-1", "")
    walk = await begun(world.services(), SetupAnswers(), talk, rewire, "")
    assert world.state.remembered == [DomainChoices("example.com", "eu-west-1", sends_by="sdk")]
    assert walk.session.choices == world.state.remembered[0]
    assert "problem: That is a web address; the domain is example.com." in talk.lines
    assert "problem: SES is not in nowhere-1;" in unwrapped(talk.lines)
    for number, (_, words, _) in enumerate(SENDERS, 1):
        assert f"{number}. {words}" in talk.text
    assert walk.session.states["login"].value == "skipped"


async def test_another_region_has_services_of_its_own() -> None:
    talk = Typed("example.com", "1", "us-east-1")
    walk = await begun(World().services(), SetupAnswers(), talk, rewire, "")
    assert walk.services.region == "us-east-1"


async def test_a_remembered_name_is_gone_on_with_and_nothing_is_asked() -> None:
    world, talk = World(), Typed()
    world.state.remembered = [EXAMPLE]
    walk = await begun(world.services(), SetupAnswers(), talk, rewire, "")
    assert (str(walk.name), talk.lines) == ("example.com", [])


async def test_of_several_remembered_ones_a_number_chooses() -> None:
    world, talk = World(), Typed("2")
    world.state.remembered = [EXAMPLE, DomainChoices("example.org", "us-east-1", sends_by="sdk")]
    walk = await begun(world.services(), SetupAnswers(), talk, rewire, "")
    assert (str(walk.name), walk.services.region) == ("example.org", "us-east-1")
    assert "3. Another domain or address" in talk.lines


async def test_back_and_skip_stay_at_the_first_question_and_quit_leaves() -> None:
    talk = Typed("back", "skip", "quit")
    with pytest.raises(Away) as away:
        await start(World(), talk)
    assert away.value.way is Way.QUIT
    assert talk.text.count("This comes first; it is needed. Type quit to leave.") == 2


async def test_back_in_the_first_questions_leads_to_the_one_before_and_tells_the_road_once() -> None:
    talk = Typed("example.org", "back", "example.com", "1", "skip", "back", "2", "")
    walk = await begun(World().services(), SetupAnswers(), talk, rewire, "")
    assert str(walk.name) == "example.com"
    assert walk.session.choices is not None
    assert walk.session.choices.sends_by == "sdk"
    assert talk.text.count("This comes first; it is needed.") == 1
    assert talk.text.count("You need: ") == 1


async def test_answers_given_beforehand_are_not_asked_for() -> None:
    world, talk = World(), Typed()
    answers = SetupAnswers(DomainName("example.com"), sends_by="sdk", reports_to="me@example.com")
    await start(world, talk, answers)
    assert talk.lines == []
    assert world.state.remembered == [replace(EXAMPLE, sends_by="sdk", reports_to="me@example.com")]


# ---- from step to step --------------------------------------------------------------------------------------


def test_every_step_of_the_road_is_walked() -> None:
    assert set(WALKED) == {*STEP, OVERVIEW}


async def test_it_resumes_at_the_first_step_to_do() -> None:
    talk = Typed("quit")
    walk = walk_of(World().services(), talk)
    with pytest.raises(Away):
        await walk_road(walk)
    assert talk.lines[1].startswith("Step 3 of 9: Domain.")


async def test_skip_and_back_move_along_the_road() -> None:
    walk = walk_of(World().services(), Typed("skip", "skip", "back", "back", "back", "back", "back", "quit"))
    with pytest.raises(Away):
        await walk_road(walk, "access")
    steps = [line.split(":")[0] for line in walk.talk.lines if line.startswith("Step ")]  # type: ignore[attr-defined]
    assert steps == [f"Step {number} of 9" for number in (1, 2, 3, 2, 1)]
    assert "This is the first step." in walk.talk.lines  # type: ignore[attr-defined]


async def test_every_step_is_reached_from_the_overview() -> None:
    walk = walk_of(World().services(), Typed())
    await walk.look()
    reached = {await offer.run(walk) for offer in WALKED[OVERVIEW].offers(walk)}
    assert reached >= set(STEP)


async def test_what_was_told_is_not_told_again_unless_one_asks() -> None:
    world = World()
    talk = Typed("skip", "back", "quit")
    walk = walk_of(world.services(), talk)
    with pytest.raises(Away):
        await walk_road(walk, "sandbox")
    assert talk.text.count("Sandbox: you can write to the simulator") == 1
    assert "Nothing has changed here since it was told." in talk.lines
    again = [offer.words for offer in WALKED["sandbox"].offers(walk)]
    talk.answers = [str(len(again) + 2), "quit"]
    with pytest.raises(Away):
        await visit(walk, "sandbox")
    assert talk.text.count("Sandbox: you can write to the simulator") == 2


async def test_there_is_a_reason_where_there_is_no_wizard() -> None:
    talk = Typed("wizard", "quit")
    walk = walk_of(World().services(), talk)
    walk.no_wizard = "No wizard here."
    with pytest.raises(Away) as away:
        await walk_road(walk)
    assert "No wizard here." in talk.lines
    assert away.value.way is Way.QUIT


async def test_blindness_says_what_to_do_and_plans_nothing() -> None:
    world = World()
    world.sts.failure = world.ses.failure = denied()
    talk = Typed("quit")
    walk = walk_of(world.services(), talk)
    with pytest.raises(Away):
        await walk_road(walk, "domain")
    assert "Status: unknown." in unwrapped(talk.lines)
    assert "aws sso login --profile mail-admin" in talk.lines
    assert "Show the plan" not in talk.text


# ---- waiting ------------------------------------------------------------------------------------------------


async def test_waiting_says_only_what_changed_and_every_minute_that_it_waits() -> None:
    world = at_once(World())
    world.ses.known["example.com"] = pending("example.com")
    talk = Typed(rests=60)
    walk = walk_of(world.services(), talk, choices=EXAMPLE)
    await walk.look()
    walk.tell_step("propagation", WALKED["propagation"])
    talk.lines.clear()
    began = world.clock.seconds
    await wait_here(walk)
    minutes = int((world.clock.seconds - began) // 60)
    assert minutes >= 3
    said = [line for line in talk.lines if line.startswith("waiting: for ")]
    assert len(said) in (minutes, minutes - 1), "one a minute"
    assert talk.lines[-1] == "Stopped waiting.", "a typed line ends it"
    assert len(talk.lines) == len(said) + 2, "and nothing else was said"


async def test_waiting_ends_when_it_is_verified() -> None:
    world = at_once(World())
    world.ses.known["example.com"] = pending("example.com")
    talk = Typed(rests=60)
    walk = walk_of(world.services(), talk, choices=EXAMPLE)
    await walk.look()
    walk.tell_step("propagation", WALKED["propagation"])
    world.publish(1, 2, 3)
    world.dns.resolvers_know = True
    world.dns.published["bounce.example.com", "MX"] = "feedback-smtp.eu-west-1.amazonses.com"
    world.dns.published["bounce.example.com", "TXT"] = "v=spf1 include:amazonses.com ~all"
    world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
    talk.lines.clear()
    await wait_here(walk)
    assert talk.lines[-1] == "done: example.com is verified."
    assert any(line.startswith("no longer so: 3 DKIM records are not published yet.") for line in talk.lines)
    assert "SES: it is verified" in talk.lines


# ---- changes ------------------------------------------------------------------------------------------------


class Slow:
    """A change that takes its time."""

    plan = Plan("x", (Change("+", "Thing", "one"),), "Do it")

    def __init__(self) -> None:
        self.gate, self.finished = asyncio.Event(), False

    async def apply(self, say: Say) -> Outcome:
        say(Progress("Thing", "one", "doing"))
        await self.gate.wait()
        self.finished = True
        say(Progress("Thing", "one", "done"))
        return Outcome("It is done.")


async def test_an_interrupted_change_is_finished_first() -> None:
    walk, slow = walk_of(World().services(), Typed()), Slow()
    applying = asyncio.ensure_future(walk.apply(slow))
    for _ in range(5):
        await asyncio.sleep(0)
    applying.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    slow.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await applying
    assert slow.finished
    assert walk.talk.lines == ["done: Thing: one"]  # type: ignore[attr-defined]


async def test_the_keep_that_fits_is_asked_for_and_a_broken_one_leads_to_another() -> None:
    world = World(here=Surroundings(ssh=True, home="/home/ann", directory="/srv"))
    world.other_vaults["file"] = FakeVault(Keep("a file", False, "the directory is read-only."))
    world.ses.known["example.com"] = pending("example.com")
    talk = Typed("1", "logins", "2")
    walk = walk_of(world.services(), talk, choices=EXAMPLE)
    await walk.look()
    (plan,) = [offer for offer in WALKED["login"].offers(walk) if offer.words.startswith("Show the plan")]
    assert await plan.run(walk) is None
    text = unwrapped(talk.lines)
    assert "1. file:PATH: a file that only you can read (0600), in clear text. You are here by SSH" in text
    assert "the directory is read-only." in text
    assert "1. Choose another keep" in talk.lines
    assert world.iam.users == {}


async def test_a_keep_by_command_is_asked_for_with_the_usual_commands() -> None:
    talk = Typed("5", "", "pass show x")
    walk = walk_of(World().services(), talk, choices=EXAMPLE)
    assert await ask_keep(walk) == KeepChoice("command", "", "pass insert -m ses/example.com", "pass show x")


async def test_after_the_last_record_it_looks_again_and_going_on_comes_first() -> None:
    """The person has added them meanwhile: what was last known of them is not told as if it were so."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    talk = Typed("1", *[""] * 5)
    walk = walk_of(world.services(), talk, choices=EXAMPLE)
    await walk.look()
    left = len(walk.session.facts.records) if walk.session.facts else 0
    assert left == 6

    def add_meanwhile(text: str) -> None:
        if len(talk.answers) == 4:
            world.publish(1, 2, 3)
            world.clock.seconds += 60

    talk.prompt = add_meanwhile  # type: ignore[method-assign]  # a person who has the DNS host open beside it
    with pytest.raises(Away):
        await visit(walk, "records")
    assert talk.text.count("Status: not there yet") == 5, "dkim 1 and 2 before they are added; MAIL FROM's two and DMARC never"
    assert talk.text.count("Status: already right") == 1
    last = talk.lines.index("That was the last one. Looking whether they are there already.")
    after = talk.lines[last:]
    assert any(line.startswith("Add 3 records at your DNS host. 3 of the 6 are already right.") for line in after)
    assert "1. Go on to Verification: SES has to see them too" in after
    assert "2. Tell the records one by one, to add them at your DNS host" in after


async def test_back_from_the_second_question_of_a_plan_leads_to_the_first() -> None:
    talk = Typed("post", "back", "mail", "none", "")
    walk = walk_of(World().services(), talk)
    await walk.look()
    (plan,) = [offer for offer in WALKED["domain"].offers(walk) if offer.words.startswith("Show the plan")]
    await plan.run(walk)
    assert "make: MAIL FROM: mail.example.com" in talk.lines
    assert talk.text.count("MAIL FROM, where bounces go") == 2


async def test_a_file_that_cannot_be_written_is_told() -> None:
    world = World()
    world.ses.known["example.com"] = pending("example.com")

    async def refuse(path: str, text: str, mode: int | None = None) -> None:
        raise FailureError(replace(denied().failure, title="x.txt cannot be written."))

    world.files.write = refuse  # type: ignore[method-assign]  # a full disk
    walk = walk_of(world.services(), Typed("x.txt"), choices=EXAMPLE)
    await walk.look()
    (save,) = [offer for offer in WALKED["records"].offers(walk) if offer.words == "Save them to a file"]
    await save.run(walk)
    assert "problem: x.txt cannot be written. (access.sso-expired)" in walk.talk.lines  # type: ignore[attr-defined]
