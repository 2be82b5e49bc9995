"""Questions: back, skip, help and quit are answers to every one; nothing is listed twice without need."""

import pytest

from seswizard.cli.linear.asking import Asking, Away, Way, in_turn
from seswizard.core.names import parse_identity
from seswizard.core.plan import Change, Plan
from seswizard.core.step_help import HELP, plain
from seswizard.core.steps import STEP
from tests.linear.talking import Typed, unwrapped

PLAN = Plan("make a thing", (Change("+", "Thing", "one"), Change("-", "Other", "two")), "Make it", "undo it")
TWO = ("One thing", "Another thing")


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("back", Way.BACK),
        ("B", Way.BACK),
        ("skip", Way.SKIP),
        ("s", Way.SKIP),
        ("quit", Way.QUIT),
        (" Q ", Way.QUIT),
        ("wizard", Way.WIZARD),
        ("w", Way.WIZARD),
    ],
)
async def test_the_words_lead_away_from_every_kind_of_question(typed: str, way: Way) -> None:
    for question in ("choose", "text", "consent"):
        ask = Asking(Typed(typed))
        with pytest.raises(Away) as away:
            if question == "choose":
                await ask.choose("What now?", TWO, 0)
            elif question == "text":
                await ask.text("Which domain", parse_identity)
            else:
                await ask.consent(PLAN)
        assert away.value.way is way


async def test_the_end_of_input_is_quit() -> None:
    with pytest.raises(Away) as away:
        await Asking(Typed()).choose("What now?", TWO, 0)
    assert away.value.way is Way.QUIT


@pytest.mark.parametrize("word", ["help", "H", "?"])
async def test_help_tells_of_the_step_and_the_words_then_asks_again(word: str) -> None:
    talk = Typed(word, "2")
    ask = Asking(talk, "login")
    assert await ask.choose("What now?", TWO, 0) == 1
    assert unwrapped([plain(one) for one in HELP["login"]]) in unwrapped(talk.lines)
    assert "**" not in talk.text
    assert talk.lines.count("1. One thing") == 2, "the list is told again, for the help has come between"
    for told in ("back (b)", "skip (s)", "help (h or ?)", "quit (q)"):
        assert told in talk.text


def test_every_step_has_help() -> None:
    assert {*STEP, "first", "overview"} == set(HELP)


@pytest.mark.parametrize("wrong", ["0", "3", "99999999999999999999", "x", "1 2", "-1", "²", "٢"])
async def test_a_wrong_number_is_asked_again_in_one_line(wrong: str) -> None:
    talk = Typed(wrong, "2")
    assert await Asking(talk).choose("What now?", TWO) == 1
    assert "Type a number from 1 to 2, or help." in unwrapped(talk.lines)
    assert talk.lines.count("1. One thing") == 1


async def test_enter_takes_the_default_where_there_is_one() -> None:
    assert await Asking(Typed("")).choose("What now?", TWO, 1) == 1
    talk = Typed("", "1.")
    assert await Asking(talk).choose("What now?", TWO) == 0
    assert "Nothing was typed. Type a number from 1 to 2, or help." in talk.lines


async def test_the_same_list_is_not_told_twice() -> None:
    talk = Typed("1", "1", "1")
    ask = Asking(talk)
    await ask.choose("What now?", TWO)
    await ask.choose("What now?", TWO)
    assert talk.lines.count("1. One thing") == 1
    ask.anew()
    await ask.choose("What now?", TWO)
    assert talk.lines.count("1. One thing") == 2


async def test_a_wrong_answer_is_a_problem_and_is_asked_again() -> None:
    talk = Typed("https://www.example.com/", "example.com")
    assert str(await Asking(talk).text("Which domain", parse_identity)) == "example.com"
    assert talk.lines == [
        "Which domain: https://www.example.com/",
        "problem: That is a web address; the domain is example.com.",
        "Which domain: example.com",
    ]


async def test_consent_is_asked_after_the_plan_and_enter_is_no() -> None:
    talk = Typed("")
    assert not await Asking(talk).consent(PLAN)
    assert talk.lines == [
        "Plan: make a thing",
        "Makes 1 thing. Removes 1 thing.",
        "make: Thing: one",
        "remove: Other: two",
        "Undo: undo it",
        "Shall this be done?",
        "1. Yes: make it",
        "2. Not now; nothing is done",
        "Choose 1 to 2, Enter for 2: ",
    ]
    assert await Asking(Typed("1")).consent(PLAN)
    assert not await Asking(Typed("yes", "2")).consent(PLAN), "only the number is consent"


async def test_the_files_of_a_plan_are_told_when_asked_for() -> None:
    """A policy is many lines of JSON, which nobody wants to hear before each answer; with the commands they can be pasted."""
    document = '{\n  "Statement": []\n}'
    change = Change("+", "Topic", "one", "aws sns set-topic-attributes --attribute-value file://p.json", (("p.json", document),))
    plan = Plan("make a topic", (change,), "Make it", "undo it")
    talk = Typed("3", "")
    assert not await Asking(talk).consent(plan)
    told = talk.lines[: talk.lines.index("Shall this be done?")]
    assert "  aws sns set-topic-attributes --attribute-value file://p.json" in told
    assert not any("Statement" in line or "<<'END'" in line for line in told)
    assert "3. Tell the commands again, to paste, with p.json" in talk.lines
    assert plan.commands[0] in talk.text


async def test_back_leads_to_the_question_before_this_one() -> None:
    talk = Typed("one", "back", "other", "two")
    ask, answers = Asking(talk), dict[str, str]()

    async def first() -> None:
        answers["first"] = await ask.text("First", str)

    async def second() -> None:
        answers["second"] = await ask.text("Second", str)

    await in_turn(first, second)
    assert answers == {"first": "other", "second": "two"}
    assert talk.lines == ["First: one", "Second: back", "First: other", "Second: two"]


@pytest.mark.parametrize("word", ["back", "skip", "quit"])
async def test_from_the_first_question_back_leads_away_as_skip_and_quit_do(word: str) -> None:
    ask = Asking(Typed(word))

    async def first() -> None:
        await ask.text("First", str)

    with pytest.raises(Away) as away:
        await in_turn(first)
    assert away.value.way.value == word
