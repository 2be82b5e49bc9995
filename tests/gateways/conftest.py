"""Gateways as one run has them, and gateways that need not keep SES's one request a second."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seswizard.gateways.aws import AwsSession
from seswizard.gateways.clock import SystemClock
from seswizard.gateways.debug import CallLog
from seswizard.gateways.lane import Lane
from seswizard.gateways.ses import SesGateway
from seswizard.gateways.state_directory import StateDirectory
from seswizard.ports import Services
from seswizard.wiring import Options, build

if TYPE_CHECKING:
    from seswizard.demo.world import World


@pytest.fixture
def services(world: "World") -> Services:
    """Everything, wired to a blank world."""
    return build(Options())


@pytest.fixture
def aws(world: "World") -> AwsSession:
    """A session in a blank world."""
    return AwsSession(None, world.region, CallLog())


@pytest.fixture
def ses(aws: AwsSession, directory: StateDirectory) -> SesGateway:
    """SES without waiting between calls; the lane has tests of its own."""
    return SesGateway(aws, Lane(directory, SystemClock(), gap=0.0))


@pytest.fixture
def directory(tmp_path: Path) -> StateDirectory:
    """A state directory that nobody has made yet."""
    return StateDirectory(tmp_path / "state")
