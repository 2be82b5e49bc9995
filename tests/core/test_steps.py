"""The road: what each step's state is for a report, what it still waits for, and where one goes on."""

import itertools

import pytest

from seswizard.core.findings import Finding, Level, Report
from seswizard.core.steps import (
    STEP,
    STEPS,
    Choices,
    State,
    after,
    before,
    findings_of,
    finished,
    landing,
    progress,
    resume_at,
    step_of,
    unmet,
)

LEVELS = {
    "identity.missing": Level.PROBLEM,
    "identity.pending": Level.WAITING,
    "dkim.not-published": Level.WAITING,
    "mail-from.not-published": Level.WAITING,
    "dns.ses-looked-before": Level.WAITING,
    "login.too-new": Level.WAITING,
    "sandbox.review-pending": Level.WAITING,
    "dkim.doubled-name": Level.PROBLEM,
    "access.denied": Level.UNKNOWN,
    "login.key-missing": Level.PROBLEM,
    "region.no-smtp": Level.PROBLEM,
}
"""The levels of the findings used here; `.ok` is ok and the rest is advice."""


def report(text: str) -> Report:
    found = tuple(
        Finding(ident, Level.OK if ident.endswith(".ok") else LEVELS.get(ident, Level.ADVICE), "") for ident in text.split()
    )
    return Report("example.com", "eu-west-1", found, frozenset(one.topic for one in found))


FRESH = "access.ok region.ok sandbox.on account.ok identity.missing dmarc.missing dns.ok login.none proof.none"
UNPUBLISHED = (
    "access.ok region.ok sandbox.on account.ok identity.pending dns.ok dkim.not-published "
    "mail-from.not-published dmarc.missing login.none proof.none"
)
PUBLISHED = (
    "access.ok region.ok sandbox.on account.ok identity.pending dns.ses-looked-before dkim.ok mail-from.ok spf.ok dmarc.ok "
    "login.none proof.none"
)
LOGIN_WAITS = (
    "access.ok region.ok sandbox.on account.ok identity.ok dns.ok dkim.ok mail-from.ok spf.ok dmarc.ok login.too-new proof.none"
)
ALL_DONE = "access.ok region.ok sandbox.ok account.ok identity.ok dns.ok dkim.ok mail-from.ok spf.ok dmarc.ok login.ok proof.ok"


def states(text: str | None, choices: Choices | None = None) -> dict[str, str]:
    return {step: state.value for step, state in progress(report(text) if text else None, choices).items()}


@pytest.mark.parametrize(
    ("text", "expected", "resume"),
    [
        (None, "open open open open open open open open open", "access"),
        (FRESH, "done done open open open open open open open", "domain"),
        (UNPUBLISHED, "done done waiting open waiting open open open open", "records"),
        (PUBLISHED, "done done waiting done waiting open open open open", "login"),
        (LOGIN_WAITS, "done done done done done waiting open open open", "production"),
        (ALL_DONE, "done done done done done done done done done", "aftercare"),
        ("access.denied", "blocked open open open open open open open open", "access"),
        (
            "access.ok sandbox.ok account.ok identity.pending dmarc.ok dns.ok dkim.doubled-name login.ok proof.none",
            "done done waiting done blocked done open done open",
            "propagation",
        ),
        (
            "access.ok sandbox.on sandbox.review-pending identity.ok spf.ok dmarc.ok dkim.ok login.ok proof.ok",
            "done done done done done done done waiting done",
            "production",
        ),
        (
            "access.ok sandbox.on identity.ok spf.ok dmarc.ok dkim.ok login.key-missing proof.none",
            "done done done done done blocked open open open",
            "login",
        ),
    ],
    ids=["nothing", "fresh", "unpublished", "published", "login-waits", "all-done", "no-access", "doubled", "review", "key-gone"],
)
def test_a_report_gives_every_step_its_state_and_says_where_to_go_on(text: str | None, expected: str, resume: str) -> None:
    made = progress(report(text) if text else None)
    assert states(text) == dict(zip([step.id for step in STEPS], expected.split(), strict=True))
    assert resume_at(made) == resume


def test_resuming_never_lands_on_a_step_that_only_waits_while_another_can_be_walked() -> None:
    for text in (FRESH, UNPUBLISHED, PUBLISHED, LOGIN_WAITS, ALL_DONE):
        made = progress(report(text))
        assert made[resume_at(made)] is not State.WAITING
        assert unmet(resume_at(made), made) == ()


def test_with_everything_walked_one_resumes_at_what_waits_and_else_at_the_end() -> None:
    made = dict.fromkeys(STEP, State.DONE)
    assert resume_at(made) == "aftercare"
    assert resume_at({**made, "propagation": State.WAITING, "production": State.WAITING}) == "propagation"


def test_a_finished_setup_is_come_back_to_at_the_overview() -> None:
    """Asking for production access may wait for ever; nothing else may."""
    done = dict.fromkeys(STEP, State.DONE)
    assert landing(done) == "overview"
    for step, state in itertools.product(STEP, (State.OPEN, State.WAITING, State.BLOCKED)):
        assert finished({**done, step: state}) is (step == "production"), (step, state)
    assert landing({**done, "propagation": State.WAITING}) == "propagation"
    assert finished({**done, "login": State.SKIPPED})
    assert not finished({**done, "proof": State.SKIPPED})
    assert landing(progress(None)) == "access"


def test_aftercare_is_done_when_it_was_looked_at_and_mail_works() -> None:
    """CONTRACT §2: nothing above advice. What a person decides about it is no verdict."""
    assert states(ALL_DONE)["aftercare"] == "done"
    assert states(ALL_DONE.replace("proof.ok", "proof.none"))["aftercare"] == "open"
    assert states(ALL_DONE.replace("sandbox.ok account.ok", ""))["aftercare"] == "open", "the account was not seen"
    assert states(f"{ALL_DONE} suppression.listed")["aftercare"] == "done"


def test_a_program_with_a_role_needs_no_login() -> None:
    made = progress(report(PUBLISHED.replace("identity.pending", "identity.ok")), Choices("sdk"))
    assert made["login"] is State.SKIPPED
    assert unmet("proof", made) == ()
    assert resume_at(made) == "proof"
    assert (after("propagation", made), before("proof", made)) == ("proof", "propagation")
    assert progress(None, Choices("sdk"))["login"] is State.SKIPPED


def test_a_region_without_smtp_has_no_login_step() -> None:
    assert progress(report(FRESH), Choices("smtp", smtp_here=False))["login"] is State.SKIPPED


@pytest.mark.parametrize(
    ("step", "text", "waits_for"),
    [
        ("sandbox", FRESH, ()),
        ("records", FRESH, ("domain",)),
        ("login", FRESH, ("domain",)),
        ("login", UNPUBLISHED, ()),
        ("proof", UNPUBLISHED, ("domain", "login")),
        ("proof", LOGIN_WAITS, ("login",)),
        ("production", PUBLISHED, ("domain",)),
        ("aftercare", LOGIN_WAITS, ("proof",)),
        ("aftercare", ALL_DONE, ()),
    ],
)
def test_a_step_names_what_it_still_waits_for(step: str, text: str, waits_for: tuple[str, ...]) -> None:
    assert unmet(step, progress(report(text))) == waits_for


def test_a_region_without_smtp_takes_the_login_off_the_road_and_nothing_else() -> None:
    states = progress(report("access.ok region.no-smtp identity.ok sandbox.on"), Choices(smtp_here=False))
    assert (states["access"], states["login"]) == (State.DONE, State.SKIPPED)
    assert resume_at(states) not in ("access", "login")


def test_going_on_and_back_ends_at_the_ends() -> None:
    made = progress(None)
    order = [step.id for step in STEPS]
    assert [after(step, made) for step in order] == [*order[1:], "aftercare"]
    assert [before(step, made) for step in order] == ["access", *order[:-1]]


@pytest.mark.parametrize(
    ("ident", "step"),
    [
        ("access.denied", "access"),
        ("region.no-smtp", "access"),
        ("sandbox.on", "sandbox"),
        ("account.shutdown", "sandbox"),
        ("identity.pending", "domain"),
        ("spf.duplicate", "records"),
        ("dmarc.missing", "records"),
        ("dkim.proxied", "propagation"),
        ("mail-from.removed", "propagation"),
        ("dns.partial", "propagation"),
        ("login.none", "login"),
        ("ports.blocked", "login"),
        ("send.rejected", "proof"),
        ("events.not-seen", "proof"),
        ("proof.none", "proof"),
        ("explain.bounce-permanent", "proof"),
        ("headers.spf-fail", "proof"),
        ("sandbox.review-pending", "production"),
        ("sandbox.review-denied", "production"),
        ("suppression.listed", "aftercare"),
        ("reputation.bounce-high", "aftercare"),
        ("alarms.missing", "aftercare"),
        ("events.subscription-pending", "aftercare"),
    ],
)
def test_every_topic_belongs_to_the_step_of_the_contract(ident: str, step: str) -> None:
    assert step_of(Finding(ident, Level.OK, "")) == step


def test_findings_of_a_step_keep_the_order_of_the_report() -> None:
    given = report("dns.ok sandbox.review-pending dkim.doubled-name sandbox.on dns.partial")
    assert [one.id for one in findings_of("propagation", given)] == ["dns.ok", "dkim.doubled-name", "dns.partial"]
    assert [one.id for one in findings_of("production", given)] == ["sandbox.review-pending"]


def test_needs_point_backwards_so_that_the_road_can_be_walked() -> None:
    order = [step.id for step in STEPS]
    for step in STEPS:
        assert all(order.index(one) < order.index(step.id) for one in step.needs | step.needs_done)
