"""Every wait has a limit: an answer that drips, a lock in other hands, a file that does not end."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seswizard.actions.action import silent
from seswizard.actions.login import MakeLogin, prepare_login
from seswizard.core.failure import FailureError
from seswizard.core.names import DomainName
from seswizard.core.remembered import DomainChoices
from seswizard.demo.world import World
from seswizard.gateways.journal import JournalGateway
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.threads import WAITS, to_completion
from seswizard.wiring import Options, build
from tests.conftest import MakeWorld
from tests.slow_aws import SlowAws

CHOICES = DomainChoices("example.com", "eu-west-1")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a run says that it waits for."""
    sentences: list[str] = []
    monkeypatch.setattr(WAITS, "on_wait", sentences.append)
    return sentences


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The lock of a file is in other hands."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("how", ["silent", "dripping"])
async def test_a_key_whose_answer_does_not_come_in_time_is_taken_back(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, no_lane: None, how: str
) -> None:
    """The answer counts as lost; the account is looked at, and the key that nobody has the secret of goes again."""
    world = make_world("blank")
    from tests.road import make_identity

    await asyncio.to_thread(make_identity)
    before = world.inventory()["iam_keys"]
    with SlowAws("Action=CreateAccessKey", how) as aws:  # type: ignore[arg-type]  # one of its words
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        services = build(Options(region="eu-west-1"))
        prepared = await prepare_login(services, DomainName("example.com"))
        assert isinstance(prepared, MakeLogin)
        monkeypatch.setattr("seswizard.gateways.aws.WRITE_LIMIT", 3.0)
        outcome = await prepared.apply(silent)
    assert outcome.failure is not None
    assert outcome.failure.kind == "access.endpoint-unreachable"
    phases = [entry.phase for entry in await services.journal.entries() if entry.action == "access-key.create"]
    assert phases[:2] == ["intent", "failed"]
    assert world.inventory()["iam_keys"] == before
    assert aws.times == 1


async def test_what_was_given_up_is_not_asked_again(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, no_lane: None
) -> None:
    """The library tries a silent endpoint again after its read time-out, when nobody waits any more."""
    make_world("blank")
    with SlowAws("/v2/email/identities", "silent") as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setattr("seswizard.gateways.aws._READ", 3)
        monkeypatch.setattr("seswizard.gateways.aws.WRITE_LIMIT", 1.0)
        services = build(Options(region="eu-west-1"))
        ended = calls_over(services.ses._aws.client("sesv2"))  # type: ignore[attr-defined]  # the gateway's own session
        with pytest.raises(FailureError):
            await services.ses.create_identity("example.com", {})
        await asyncio.wait_for(ended.wait(), 60)
        assert aws.times == 1


def calls_over(client: object) -> asyncio.Event:
    """Set when the library has given a call up."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def noted(**_more: object) -> None:
        loop.call_soon_threadsafe(over.set)

    client.meta.events.register("after-call-error", noted)  # type: ignore[attr-defined]
    return over


async def test_a_state_that_another_holds_is_waited_for_in_words_and_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    monkeypatch.setattr("seswizard.gateways.locks.LIMIT", 2.0)
    state = StateGateway(StateDirectory(tmp_path / "own"))
    with held(tmp_path / "own" / "lock"), pytest.raises(FailureError) as raised:
        await state.save_choices(CHOICES)
    assert raised.value.failure.kind == "state.busy"
    assert f"(pid {os.getpid()})" in raised.value.failure.title
    assert told == [f"Waiting for another seswizard (pid {os.getpid()}) that is at work here, 2 s at most."]
    await state.save_choices(CHOICES)
    assert await state.choices() == (CHOICES,)


async def test_a_wait_for_a_lock_can_be_left(tmp_path: Path) -> None:
    directory = StateDirectory(tmp_path / "own")
    with held(tmp_path / "own" / "lock"):
        saving = asyncio.ensure_future(StateGateway(directory).save_choices(CHOICES))
        await asyncio.sleep(0.2)
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
    async with JournalGateway(directory).alone():
        pass


async def test_a_lane_that_another_holds_is_left_aside(world: World, monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    """What others do to the pace must not keep us from looking: AWS itself says when we are too fast."""
    monkeypatch.setattr("seswizard.gateways.lane._PATIENCE", 1.5)
    services = build(Options(region="eu-west-1"))
    await services.ses.account()
    (lane,) = world.state_dir.glob("lane-*")
    with held(lane):
        await services.ses.account()
        await services.ses.account()
    assert len(told) == 1


async def test_a_write_ends_with_its_limit() -> None:
    release = asyncio.Event()
    with pytest.raises(TimeoutError):
        await to_completion(lambda: asyncio.run(release.wait()), 0.05)


async def test_what_is_abandoned_ends_and_nothing_more_is_begun() -> None:
    """Told twice, a run ends though a write of it hangs, and tidying up begins no other one."""
    import threading

    began, release = threading.Event(), threading.Event()
    tidied: list[str] = []

    def hang() -> None:
        began.set()
        release.wait(60)

    async def work() -> None:
        try:
            await WAITS.whole(to_completion(hang, 60))
        finally:
            await to_completion(lambda: tidied.append("no"), 60)

    task = asyncio.ensure_future(work())
    await asyncio.to_thread(began.wait, 60)
    task.cancel()
    await asyncio.sleep(0)
    assert WAITS.finishing()
    assert not task.done()
    WAITS.abandon()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()
    assert not tidied
    assert not WAITS.finishing()
