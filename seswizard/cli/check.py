"""`check`: DNS only, against records files; the DNS person runs it, without any AWS access."""

import asyncio

import click

from seswizard.cli.ending import Ended
from seswizard.cli.options import WATCHED, dns_services, doh_option, run_async, warn_overrides
from seswizard.cli.reporting import clear, exit_code, show, tick
from seswizard.cli.streams import piped
from seswizard.cli.watching import watch
from seswizard.core.checks import judge
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.findings import Report
from seswizard.core.pacing import dns_pauses
from seswizard.exports.records.document import BadDocumentError, RecordsDocument, read_document
from seswizard.look.expected import look_expected
from seswizard.ports import Services

_LONGEST = 16_000_000
"""Bytes of a records file: room for the documents of some ten thousand domains, a line each."""


@click.command("check", short_help="Look at DNS only, against a records file; needs no AWS.")
@click.option(
    "--expected",
    "files",
    metavar="FILE",
    multiple=True,
    required=True,
    help="A records file (`records --format json`); - for standard input. May be given several times.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--watch", "again", is_flag=True, help="Look until everything is right; a report at each change.")
@click.option("--timeout", type=WATCHED, metavar="SECONDS", help="Stop watching after so long.")
@doh_option
@click.option("--debug", metavar="FILE", help="Log calls to FILE (0600).")
def command(files: tuple[str, ...], form: str, again: bool, timeout: float | None, debug: str | None, doh: str) -> None:
    """Compare DNS with what the records files expect."""
    services = dns_services(debug, doh=doh == "on")
    documents = [document for file in files for document in read(services, file)]
    warn_overrides(services)

    async def look() -> tuple[Report, ...]:
        facts = await asyncio.gather(*(look_expected(services, document) for document in documents))
        return tuple(judge(one) for one in facts)

    async def whole() -> tuple[Report, ...]:
        if not again:
            reports = await look()
            show(reports, form)
            return reports
        return await watch(
            look,
            lambda reports: show(reports, form),
            tick,
            clock=services.clock,
            pauses=dns_pauses(),
            timeout=timeout,
            until_ok=True,
        )

    reports = run_async(whole())
    clear()
    raise Ended(exit_code(reports))


def read(services: Services, file: str) -> list[RecordsDocument]:
    """The documents of one file: one JSON document, or one a line.

    Raises:
        BadInputError: it cannot be read or is none.
    """
    shown = "standard input" if file == "-" else file
    try:
        text = _piped() if file == "-" else run_async(services.files.read(file, _LONGEST))
    except FailureError as error:
        raise BadInputError(error.failure.title) from None
    except UnicodeDecodeError:
        raise BadInputError(f"{shown} is no UTF-8 text.") from None
    if not text.strip():
        raise BadInputError(f"{shown} is empty; a records file comes from: seswizard records DOMAIN --format json")
    try:
        return [read_document(text)]
    except BadDocumentError as whole:
        try:
            documents = [read_document(line) for line in text.splitlines() if line.strip()]
        except BadDocumentError as error:
            raise BadInputError(f"{shown}: {error if text.count(chr(10)) > 1 else whole}") from None
        return documents


def _piped() -> str:
    """Standard input, read as a file is: no longer than a file may be, UTF-8 with or without a mark.

    Raises:
        BadInputError: it is longer.
        UnicodeDecodeError: it is no UTF-8.
    """
    content, more = piped(_LONGEST)
    if more:
        raise BadInputError(f"standard input is longer than {_LONGEST:,} bytes.")
    return content.decode("utf-8-sig")
