"""One message, and its own event seen coming back; other messages' events are left alone."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes

import pytest

from seswizard.actions.event_path import MakePath, prepare_path
from seswizard.actions.proof import ProofRun, Sending, run_proof, wait_for_event
from seswizard.actions.send_proof import SendProof, prepare_send
from seswizard.core.aws_things import ConfigurationSet, Queue
from seswizard.core.conversation import Conversation, Line
from seswizard.core.events import MailEvent
from seswizard.core.failure import Failure, FailureError
from seswizard.core.identity import Dkim, Identity, our_tags
from seswizard.core.login import Login
from seswizard.core.names import DomainName, parse_identity
from seswizard.core.remembered import Proof
from seswizard.core.secret import Secret
from tests.fakes import DENIED, REGION, FakeWorld

NAME = DomainName("example.com")
LOGIN = Login("AKIAEXAMPLE000000001", Secret("canary-password"))
QUEUE = Queue("https://sqs/seswizard-example-com", "arn:aws:sqs:eu-west-1:123456789012:seswizard-example-com")
VALIDATION = "Successfully validated SNS topic for Amazon SES event publishing."


def event(kind: str, message_id: str = "message-1", at: str = "2026-11-22T09:00:02Z") -> str:
    return json.dumps({"eventType": kind, "mail": {"messageId": message_id, "timestamp": at, "destination": ["x"]}})


def known() -> FakeWorld:
    """A world in which SES knows the domain, which somebody else set up."""
    world = FakeWorld()
    world.ses.identities["example.com"] = Identity("example.com", True, "SUCCESS", True, Dkim("SUCCESS", (), None))
    return world


async def ran(
    world: FakeWorld, sending: Sending | None = None, login: Login | None = LOGIN
) -> tuple[ProofRun, list[MailEvent], list[str]]:
    came: list[MailEvent] = []
    taken: list[str] = []
    heard: list[Line] = []
    run = await run_proof(
        world.services,
        sending or Sending(NAME),
        login,
        QUEUE,
        configuration_set="seswizard-example-com",
        hear=heard.append,
        came=lambda one, _seconds: came.append(one),
        taken=taken.append,
    )
    return run, came, taken


async def test_a_bounce_that_comes_back_is_the_proof_of_this_key() -> None:
    world = FakeWorld()
    world.events.arrives(event("Send"), 1)
    world.events.arrives(event("Bounce"), 3)
    run, came, taken = await ran(world)
    assert run.ok
    assert (run.message_id, run.seconds, run.failure) == ("message-1", 3.0, None)
    assert [one.type for one in came] == ["Send", "Bounce"]
    assert taken == ["message-1"]
    assert world.state.proofs[("example.com", REGION)] == Proof("message-1", LOGIN.username, "Bounce", world.clock.now())
    sender, to, message = world.smtp.sent[0]
    assert (sender, to) == ("proof@example.com", "bounce@simulator.amazonses.com")
    assert message_from_bytes(message)["X-SES-CONFIGURATION-SET"] == "seswizard-example-com"


async def test_events_of_other_messages_stay_in_the_queue_and_prove_nothing() -> None:
    world = FakeWorld()
    other = event("Bounce", "message-2")
    for body in (other, VALIDATION, event("Bounce", "message-1")):
        world.events.arrives(body)
    run, came, _ = await ran(world)
    assert run.event is not None
    assert run.event.message_id == "message-1"
    assert [one.message_id for one in came] == ["message-1"]
    assert world.events.bodies == [other], "our own and what is no event is taken out"


async def test_an_event_of_the_message_that_was_not_expected_is_told_and_waited_past() -> None:
    world = FakeWorld()
    for kind in ("Delivery", "Delivery", "Send", "Complaint"):
        world.events.arrives(event(kind))
    run, came, _ = await ran(world, Sending(NAME, "complaint"))
    assert run.event is not None and run.event.type == "Complaint"
    assert [one.type for one in came] == ["Delivery", "Send", "Complaint"], "the same event twice is told once"
    assert world.state.proofs == {}, "only a bounce is kept as the proof"


async def test_an_event_that_never_comes_is_not_seen_after_the_patience() -> None:
    world = FakeWorld()
    world.events.arrives(event("Delivery"))
    run, came, _ = await ran(world)
    assert not run.ok
    assert run.failure is not None
    assert run.failure.kind == "events.not-seen"
    assert run.message_id == "message-1"
    assert 150 <= world.clock.passed <= 161
    assert len(came) == 1
    assert world.state.proofs == {}


async def test_waiting_keeps_the_expected_event_though_it_comes_late_and_among_others() -> None:
    world = FakeWorld()
    for number in range(12):
        world.events.arrives(event("Bounce", f"other-{number}"))
    world.events.arrives(event("Bounce"), 30)
    found = await wait_for_event(world.services, QUEUE, "message-1", "Bounce", 0.0, lambda *_: None, 100)
    assert found is not None
    assert found.message_id == "message-1"
    assert len(world.events.bodies) == 12
    assert world.clock.passed < 41


async def test_a_queue_that_nobody_empties_is_read_to_its_end() -> None:
    """Its first messages must not come again and again before the last ones were seen."""
    world = FakeWorld()
    for number in range(4_000):
        world.events.arrives(event("Delivery", f"other-{number}"))
    world.events.arrives(event("Bounce"), 5)
    world.events.latency = 0.03
    found = await wait_for_event(world.services, QUEUE, "message-1", "Bounce", 0.0, lambda *_: None, 150)
    assert found is not None
    assert len(world.events.coming) == 4_000


async def test_a_refused_message_is_named_and_nothing_is_waited_for() -> None:
    world = FakeWorld()
    reply = "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: "
    world.smtp.taken = Conversation((), "DATA", 554, f"{reply}proof@example.com")
    run, _, taken = await ran(world)
    assert run.failure is not None
    assert run.failure.kind == "send.sender-unverified"
    assert run.conversation == world.smtp.taken
    assert (run.message_id, taken, world.calls.names("sqs.")) == (None, [], [])


async def test_a_message_that_was_taken_without_an_id_is_accepted_and_not_refused() -> None:
    """Between us and SES may stand a relay of the same name's certificate; its 250 is a 250."""
    world = FakeWorld()
    world.smtp.taken = Conversation((), "DATA", 250, "2.0.0 queued")
    run, _, taken = await ran(world)
    assert run.failure is not None
    assert run.failure.kind == "events.not-seen"
    assert "accepted" in run.failure.title
    assert "sent" not in run.failure.remedy
    assert run.sent_at is not None
    assert (run.message_id, taken) == (None, [])


async def test_an_api_that_did_not_answer_may_have_sent_the_message() -> None:
    world = FakeWorld()
    lost = Failure("access.endpoint-unreachable", "AWS did not answer.", "ReadTimeoutError: Read timeout", retry=True)
    world.calls.fail("ses.send_raw", lost)
    run, _, _ = await ran(world, Sending(NAME, via="api"), None)
    assert run.failure is not None
    assert run.failure.kind == "send.unsure"
    assert "may have been sent" in run.failure.title


async def test_an_unreachable_server_is_a_failure_without_a_message() -> None:
    world = FakeWorld()
    world.calls.fail("smtp.send")
    run, _, _ = await ran(world)
    assert (run.message_id, run.failure, run.ok) == (None, DENIED, False)


async def test_a_queue_that_cannot_be_read_does_not_unsend_the_message() -> None:
    world = FakeWorld()
    world.calls.fail("sqs.receive")
    run, _, taken = await ran(world)
    assert run.failure == DENIED
    assert run.message_id == "message-1" == taken[0]
    assert run.conversation is not None


@pytest.mark.parametrize("login", [None, LOGIN])
async def test_a_message_by_api_proves_the_path_and_not_the_login(login: Login | None) -> None:
    world = FakeWorld()
    world.events.arrives(event("Bounce"))
    run, _, _ = await ran(world, Sending(NAME, via="api"), login)
    assert run.ok
    assert world.smtp.sent == []
    assert world.ses.sent[0][3] == "seswizard-example-com"
    assert world.state.proofs[("example.com", REGION)].key_id == "api"


async def test_a_proof_that_cannot_be_written_down_is_still_seen() -> None:
    world = FakeWorld()
    world.events.arrives(event("Bounce"))
    world.calls.fail("state.save_proof")
    run, _, _ = await ran(world)
    assert run.ok


async def test_no_secret_is_in_how_it_ended() -> None:
    world = FakeWorld()
    run, _, _ = await ran(world)
    assert "canary-password" not in repr(run)


@pytest.mark.parametrize(
    ("sending", "recipient", "expected", "sender"),
    [
        (Sending(NAME), "bounce@simulator.amazonses.com", "Bounce", "proof@example.com"),
        (Sending(NAME, "success"), "success@simulator.amazonses.com", "Delivery", "proof@example.com"),
        (Sending(NAME, "suppressionlist"), "suppressionlist@simulator.amazonses.com", "Bounce", "proof@example.com"),
        (Sending(NAME, "ann@example.org", sender="me@example.com"), "ann@example.org", "Delivery", "me@example.com"),
        (Sending(parse_identity("post@example.com")), "bounce@simulator.amazonses.com", "Bounce", "post@example.com"),
    ],
)
def test_what_is_sent_follows_from_what_was_asked(sending: Sending, recipient: str, expected: str, sender: str) -> None:
    assert (sending.recipient, sending.expected, sending.from_address) == (recipient, expected, sender)


async def test_an_address_uses_the_configuration_set_of_its_domain() -> None:
    world = known()
    world.events.arrives(event("Bounce"))
    action = await prepare_send(world.services, Sending(parse_identity("post@example.com"), via="api"))
    assert isinstance(action, SendProof)
    assert (await action.apply(lambda _: None)).ok
    assert world.ses.sent[0][3] == "seswizard-example-com"


async def test_one_consent_makes_the_way_back_sends_and_waits() -> None:
    world = known()
    world.vault.held[("example.com", REGION)] = LOGIN
    world.events.arrives(event("Bounce"))
    action = await prepare_send(world.services, Sending(NAME))
    assert isinstance(action, SendProof)
    assert world.writes() == []
    assert action.plan.changes[-1].what == "Message"
    assert (await action.apply(lambda _: None)).ok
    assert action.run is not None and action.run.ok
    assert world.smtp.used == [LOGIN.username]


async def test_without_a_login_nothing_is_planned_but_by_api() -> None:
    world = known()
    refused = await prepare_send(world.services, Sending(NAME))
    assert isinstance(refused, Failure)
    assert refused.kind == "login.none"
    assert isinstance(await prepare_send(world.services, Sending(NAME, via="api")), SendProof)


async def test_what_fails_once_the_message_is_out_does_not_unsend_it() -> None:
    """Taking the temporary way away again may fail; the message was taken all the same."""
    world = known()
    world.vault.held[("example.com", REGION)] = LOGIN
    world.events.arrives(event("Bounce"))
    action = await prepare_send(world.services, Sending(NAME), keep=False)
    assert isinstance(action, SendProof)

    @asynccontextmanager
    async def holding(_name: str) -> AsyncIterator[bool]:
        yield True
        raise FailureError(DENIED)

    world.services.journal.holding = holding  # type: ignore[method-assign,assignment]  # the way ends badly
    outcome = await action.apply(lambda _: None)
    assert world.smtp.sent != []
    assert outcome.title.startswith("Proven")
    assert DENIED.title in outcome.title


@pytest.mark.parametrize("call", ["sns.create_topic", "vault.read"])
async def test_nothing_is_sent_unless_its_event_can_come_back(call: str) -> None:
    world = known()
    world.vault.held[("example.com", REGION)] = LOGIN
    action = await prepare_send(world.services, Sending(NAME))
    assert isinstance(action, SendProof)
    world.calls.fail(call)
    outcome = await action.apply(lambda _: None)
    assert outcome.failure == DENIED
    assert world.smtp.sent == []


async def test_what_ses_does_not_know_is_said_before_anything_is_made() -> None:
    world = FakeWorld()
    refused = await prepare_send(world.services, Sending(NAME, via="api"))
    assert isinstance(refused, Failure)
    assert (refused.kind, "example.com" in refused.title) == ("send.sender-unverified", True)
    assert world.writes() == []


async def test_a_temporary_way_is_taken_away_again_and_nothing_else() -> None:
    world = known()
    before = world.inventory()
    world.events.arrives(event("Bounce"))
    action = await prepare_send(world.services, Sending(NAME, via="api"), keep=False)
    assert isinstance(action, SendProof)
    assert action.path.way.temporary
    assert any("temporary" in note for note in action.plan.notes)
    assert action.plan.undo == ""
    assert (await action.apply(lambda _: None)).ok
    assert world.ses.sent[0][3] == action.path.way.set
    assert world.inventory() == before


@pytest.mark.parametrize("kind", ["configuration set", "topic", "queue"])
async def test_where_the_place_is_somebody_elses_the_message_takes_a_temporary_way(kind: str) -> None:
    world, place, theirs = known(), "seswizard-example-com", (("made-by", "terraform"),)
    if kind == "configuration set":
        world.ses.sets[place] = ConfigurationSet(place, theirs)
    elif kind == "topic":
        world.events.topics[f"arn:aws:sns:{REGION}:123456789012:{place}"] = theirs
    else:
        world.events.queues[f"https://sqs/{place}"] = replace(QUEUE, tags=theirs)
    before = world.inventory()
    world.events.arrives(event("Bounce"))
    action = await prepare_send(world.services, Sending(NAME, via="api"), keep=False)
    assert isinstance(action, SendProof)
    assert action.path.way.temporary
    assert (await action.apply(lambda _: None)).ok
    assert world.inventory() == before


async def test_a_standing_way_is_used_and_stays() -> None:
    world = known()
    path = await prepare_path(world.services, Sending(NAME))
    assert isinstance(path, MakePath)
    assert (await path.apply(lambda _: None)).ok
    before = world.inventory()
    world.events.arrives(event("Bounce"))
    action = await prepare_send(world.services, Sending(NAME, via="api"), keep=False)
    assert isinstance(action, SendProof)
    assert not action.path.way.temporary
    assert (await action.apply(lambda _: None)).ok
    assert world.inventory() == before


async def test_a_set_that_the_identity_has_gets_our_destination_and_stays_the_default() -> None:
    world = known()
    world.ses.sets["theirs"] = ConfigurationSet("theirs")
    world.ses.identities["example.com"] = replace(world.ses.identities["example.com"], configuration_set="theirs")
    path = await prepare_path(world.services, Sending(NAME))
    assert isinstance(path, MakePath)
    assert (path.way.set, path.way.things, path.default) == ("theirs", "seswizard-example-com", False)
    assert any("Nobody is refused" in note for note in path.plan.notes)
    assert (await path.apply(lambda _: None)).ok
    assert set(world.ses.sets) == {"theirs"}
    assert [one.topic for one in world.ses.sinks["theirs"]] == [path.path.topic_arn]


@pytest.mark.parametrize("ours", [True, False])
async def test_only_an_identity_of_ours_gets_a_default_set(ours: bool) -> None:
    world = known()
    if ours:
        tags = tuple(our_tags("example.com", REGION).items())
        world.ses.identities["example.com"] = replace(world.ses.identities["example.com"], tags=tags)
    path = await prepare_path(world.services, Sending(NAME))
    assert isinstance(path, MakePath)
    assert any(change.what == "Default set" for change in path.plan.changes) == ours
    assert (await path.apply(lambda _: None)).ok
    assert world.ses.identities["example.com"].configuration_set == ("seswizard-example-com" if ours else None)
