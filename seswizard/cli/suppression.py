"""`suppression`: the account's list of addresses that get no mail: list, check, remove."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import click

from seswizard.actions.suppression import Reason, find_address, prepare_removal, whole_list
from seswizard.cli.consent import apply, ask, exit_of
from seswizard.cli.ending import Ended, say, tell_failure
from seswizard.cli.options import aws_options, consent_options, run_async, services_for, warn_overrides
from seswizard.cli.pasting import pasted
from seswizard.cli.reporting import clear, tick
from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.core.findings import Finding, Level, remedy_of
from seswizard.core.suppression import (
    GLOBAL_LIST,
    Suppressed,
    given_address,
    listed,
    matching,
    not_listed,
    settings,
    to_csv,
)
from seswizard.core.text import printable
from seswizard.exports.report import evidence_lines, findings_json, headline, remedy_lines
from seswizard.exports.times import rfc3339
from seswizard.ports import Services

_REASONS: dict[str, Reason] = {"bounce": "BOUNCE", "complaint": "COMPLAINT"}


@click.group("suppression", short_help="The suppression list: list, check, remove.")
def command() -> None:
    """The account's suppression list: addresses that bounced or complained, and get nothing more."""


@command.command("list")
@click.option("--search", metavar="TEXT", default="", help="Only addresses that contain TEXT, in any letter case.")
@click.option("--reason", type=click.Choice(list(_REASONS)), help="Only those listed for this.")
@click.option("--since", metavar="DATE", help="Only those listed on or after DATE: 2026-11-22, or 2026-11-22T09:30:00Z.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@aws_options
def listing(
    search: str, reason: str | None, since: str | None, form: str, profile: str | None, region: str | None, debug: str | None
) -> None:
    """List the addresses, with the reason and date of each.

    As csv (RFC 4180), an address that a spreadsheet would take for a formula has a ' in front.
    """
    start = _moment(since) if since else None
    services = services_for(profile, region, debug, refused=_refused_as(form))
    warn_overrides(services)
    raise Ended(run_async(_list(services, search, _REASONS.get(reason or ""), start, form)))


async def _list(services: Services, search: str, reason: Reason | None, since: datetime | None, form: str) -> int:
    try:
        account = await services.ses.account()
        found = await whole_list(services, reason=reason, since=since, counted=_seen)
    except FailureError as error:
        return _unseen(error, form)
    finally:
        clear()
    entries = sorted(matching(found, search), key=lambda one: (one.address.casefold(), one.address))
    if form == "json":
        click.echo(json.dumps(_document(services, account.suppressed_reasons, entries)))
    elif form == "csv":
        say(settings(account.suppressed_reasons))
        click.echo(to_csv(entries).encode(), nl=False)
    else:
        for line in _table(entries):
            click.echo(line)
        asked = " that match" if search or reason or since else ""
        number = f"{len(entries)} addresses" if len(entries) != 1 else "1 address"
        say(f"{number}{asked} on the account's suppression list in {services.region}.")
        say(settings(account.suppressed_reasons))
        say(GLOBAL_LIST)
    return 0


def _document(services: Services, reasons: tuple[str, ...], entries: list[Suppressed]) -> dict[str, object]:
    addresses = [{"address": one.address, "reason": one.reason, "since": rfc3339(one.since)} for one in entries]
    return {"schema": 1, "region": services.region, "suppressed_reasons": list(reasons), "addresses": addresses}


def _table(entries: list[Suppressed]) -> list[str]:
    """Date, reason, and the address last, for it may be of any length."""
    return [f"{one.since.astimezone(UTC):%Y-%m-%d %H:%M}  {one.reason.lower():<9}  {printable(one.address)}" for one in entries]


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInputError(f"{printable(text)[:40]!r} is no date; 2026-11-22 is one.") from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _seen(number: int) -> None:
    tick(f"{number} entries so far; SES gives one page a second.")


@command.command("check")
@click.argument("address", metavar="ADDRESS")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@aws_options
def check(address: str, form: str, profile: str | None, region: str | None, debug: str | None) -> None:
    """Say whether ADDRESS is on the list, in whatever letter case; exit 1 if it is."""
    asked = given_address(address)
    services = services_for(profile, region, debug, refused=_refused_as(form))
    warn_overrides(services)
    raise Ended(run_async(_check(services, asked, form)))


async def _check(services: Services, asked: str, form: str) -> int:
    try:
        account = await services.ses.account()
        found = await find_address(services, asked, _seen)
    except FailureError as error:
        return _unseen(error, form)
    finally:
        clear()
    reasons = account.suppressed_reasons
    finding = listed(found.entry, asked, reasons) if found.entry else not_listed(asked, services.region)
    if form == "json":
        _print(finding)
    else:
        click.echo(headline(finding))
        for line in (*remedy_lines(pasted(finding)), *evidence_lines(finding)):
            click.echo(f"    {line}")
    if not found.whole:
        say("The list is long: other letter cases than the likely ones were looked for in its beginning only.")
    say(settings(reasons))
    say(GLOBAL_LIST)
    return finding.level.exit_code


@command.command("remove")
@click.argument("address", metavar="ADDRESS")
@consent_options
@aws_options
def remove(address: str, yes: bool, dry_run: bool, profile: str | None, region: str | None, debug: str | None) -> None:
    """Take ADDRESS off the list, in exactly the spelling in which it is listed."""
    asked = given_address(address)
    services = services_for(profile, region, debug)
    warn_overrides(services)
    raise Ended(run_async(_remove(services, asked, yes=yes, dry_run=dry_run)))


async def _remove(services: Services, asked: str, *, yes: bool, dry_run: bool) -> int:
    prepared = await prepare_removal(services, asked, _seen)
    clear()
    if isinstance(prepared, Failure):
        tell_failure(FailureError(prepared))
        return exit_of(prepared.kind)
    if not ask(prepared.plan, yes=yes, dry_run=dry_run):
        say("Nothing was done.")
        return 0
    outcome = await apply(prepared)
    say(outcome.title)
    return 0


def _refused_as(form: str) -> Callable[[str, Finding], None] | None:
    return (lambda _region, finding: _print(finding)) if form == "json" else None


def _print(finding: Finding) -> None:
    click.echo(findings_json(finding.level, (pasted(finding),)), nl=False)


def _unseen(error: FailureError, form: str) -> int:
    """The list could not be asked: told, and in JSON too."""
    failure = error.failure
    if form == "json":
        finding = Finding(failure.kind, Level.UNKNOWN, failure.title, (), remedy_of(failure))
        _print(finding)
    tell_failure(error)
    return 3
