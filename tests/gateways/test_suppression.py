"""The suppression list asked for real, in the embedded world: spellings, pages, filters, and what goes wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore import xform_name
from botocore.stub import Stubber

from seswizard.core.failure import FailureError
from seswizard.core.permissions import PERMISSIONS
from seswizard.core.suppression import Suppressed
from seswizard.demo.aws.operations import OPERATIONS
from seswizard.gateways import suppression
from seswizard.gateways.aws import AwsSession
from seswizard.gateways.clock import SystemClock
from seswizard.gateways.lane import Lane
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.suppression import SuppressionGateway

if TYPE_CHECKING:
    from seswizard.demo.world import World

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def gateway(aws: AwsSession, directory: StateDirectory) -> SuppressionGateway:
    """The list without waiting between calls."""
    return SuppressionGateway(aws, Lane(directory, SystemClock(), gap=0.0))


def put(world: "World", address: str, reason: str = "BOUNCE", day: int = 0) -> None:
    world.ses.region(world.region).suppressed[address] = (reason, START + timedelta(days=day))


async def every(gateway: SuppressionGateway) -> tuple[list[Suppressed], int]:
    """All entries, and how many pages they took."""
    page = await gateway.page()
    entries, pages = list(page.entries), 1
    while page.following:
        page = await gateway.page(page.following)
        entries, pages = [*entries, *page.entries], pages + 1
    return entries, pages


async def test_an_entry_is_found_by_exactly_its_spelling(world: "World", gateway: SuppressionGateway) -> None:
    put(world, "Ann.Smith+news@Example.net", "COMPLAINT")
    assert await gateway.find("Ann.Smith+news@Example.net") == Suppressed("Ann.Smith+news@Example.net", "COMPLAINT", START)
    assert await gateway.find("ann.smith+news@example.net") is None


@pytest.mark.parametrize("address", ["o'neil&sons$@example.net", "a%2Fb@example.net", "a=b?c#d@example.net", "ü@example.net"])
async def test_an_address_with_odd_characters_is_removed_whole(world: "World", gateway: SuppressionGateway, address: str) -> None:
    put(world, address)
    found = await gateway.find(address)
    assert found is not None
    assert found.address == address
    assert await gateway.remove(address)
    assert await gateway.find(address) is None
    assert not await gateway.remove(address)


async def test_a_removal_leaves_other_spellings_alone(world: "World", gateway: SuppressionGateway) -> None:
    put(world, "Ann@example.net")
    assert not await gateway.remove("ann@example.net")
    assert await gateway.find("Ann@example.net") is not None


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
async def test_the_list_comes_whole_in_pages(world: "World", gateway: SuppressionGateway, number: int, pages: int) -> None:
    for one in range(number):
        put(world, f"a{one:03}@example.net")
    entries, took = await every(gateway)
    assert [entry.address for entry in entries] == [f"a{one:03}@example.net" for one in range(number)]
    assert took == pages


async def test_reason_and_date_narrow_the_list(world: "World", gateway: SuppressionGateway) -> None:
    put(world, "old@example.net", "BOUNCE", 0)
    put(world, "new@example.net", "BOUNCE", 9)
    put(world, "spam@example.net", "COMPLAINT", 9)
    bounced = await gateway.page(reason="BOUNCE")
    assert {entry.address for entry in bounced.entries} == {"old@example.net", "new@example.net"}
    late = await gateway.page(since=START + timedelta(days=5))
    assert {entry.address for entry in late.entries} == {"new@example.net", "spam@example.net"}
    both = await gateway.page(reason="COMPLAINT", since=START + timedelta(days=10))
    assert both.entries == ()


async def test_a_token_that_is_none_is_a_failure_and_no_end_of_the_list(gateway: SuppressionGateway) -> None:
    with pytest.raises(FailureError) as caught:
        await gateway.page("nonsense!")
    assert caught.value.failure.detail.startswith("InvalidNextTokenException")


async def test_the_message_that_brought_it_there_is_told_scrubbed(aws: AwsSession, gateway: SuppressionGateway) -> None:
    with Stubber(aws.client("sesv2")) as stubber:
        entry = {"EmailAddress": "a@example.net", "Reason": "BOUNCE", "LastUpdateTime": START}
        attributes = {"MessageId": "0102-\x1b[31m", "FeedbackId": "0102"}
        answer = {"SuppressedDestination": {**entry, "Attributes": attributes}}
        stubber.add_response("get_suppressed_destination", answer, {"EmailAddress": "a@example.net"})
        found = await gateway.find("a@example.net")
    assert found == Suppressed("a@example.net", "BOUNCE", START, "0102-␛[31m")


@pytest.mark.parametrize("code", ["TooManyRequestsException", "BadRequestException", "AccessDeniedException"])
async def test_a_refusal_is_never_an_absence(aws: AwsSession, gateway: SuppressionGateway, code: str) -> None:
    with Stubber(aws.client("sesv2")) as stubber:
        for operation in ("get_suppressed_destination", "delete_suppressed_destination"):
            stubber.add_client_error(operation, code, "no")
        with pytest.raises(FailureError):
            await gateway.find("a@example.net")
        with pytest.raises(FailureError):
            await gateway.remove("a@example.net")


async def test_the_world_knows_two_reasons(aws: AwsSession) -> None:
    client = aws.client("sesv2")
    with pytest.raises(client.exceptions.BadRequestException):
        client.put_suppressed_destination(EmailAddress="a@example.net", Reason="SPAM")


OPERATION_NAMES = ("ListSuppressedDestinations", "GetSuppressedDestination", "DeleteSuppressedDestination")


@pytest.mark.parametrize("operation", OPERATION_NAMES)
def test_each_call_is_answered_by_the_world_and_among_the_printed_permissions(operation: str) -> None:
    assert xform_name(operation) in Path(suppression.__file__).read_text(encoding="utf-8")
    assert operation in OPERATIONS["sesv2"]
    assert f"ses:{operation}" in {action for one in PERMISSIONS for action in one.actions}
