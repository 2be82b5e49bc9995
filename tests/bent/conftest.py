"""A command line in this process, in a world without waits, whose runs share the library's clients."""

import functools
import signal
from typing import Protocol

import pytest

from seswizard.cli.ending import ended
from seswizard.cli.main import seswizard
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.debug import CallLog
from tests.cli.conftest import Ran


class Run(Protocol):
    """`run("health", "example.com")`."""

    def __call__(self, *words: str) -> Ran: ...


@pytest.fixture
def quick(no_lane: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two tries, nor long for a byte; the library loads its models once for all runs."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("seswizard.gateways.http_answers.LONGEST_SECONDS", 0.2)
    monkeypatch.setattr("seswizard.gateways.keep_aws._PAUSE", 0.0)
    log = CallLog(None)
    shared = functools.cache(lambda profile, region: AwsSession(profile, region, log))
    monkeypatch.setattr("seswizard.wiring.AwsSession", lambda profile, region, _log: shared(profile, region))


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> Ran:
    """One run of a command in this process."""
    capsys.readouterr()
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        code = ended(lambda: seswizard.main(list(words), prog_name="seswizard", standalone_mode=False))
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    said = capsys.readouterr()
    return Ran(code, said.out, said.err)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], quick: None) -> Run:
    """Run a command to its end; its exit code and what it said."""
    return functools.partial(ran, capsys)
