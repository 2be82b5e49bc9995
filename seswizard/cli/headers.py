"""`headers`: what a saved mail says about its authentication; needs no AWS, and with `--offline` no network."""

import sys

import click

from seswizard.cli.ending import Ended, say
from seswizard.cli.options import dns_services, doh_option, run_async, warn_overrides
from seswizard.cli.streams import piped
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.findings import Finding, strongest, worst_first
from seswizard.core.headers.alignment import Published
from seswizard.core.headers.judge import judge_mail
from seswizard.core.headers.mail import Mail, read_mail
from seswizard.core.marks import MARKS
from seswizard.core.reading import Unseen
from seswizard.core.text import printable
from seswizard.exports.report import findings_json, headline, remedy_lines
from seswizard.look.headers import look_published

LONGEST = 10 * 1024 * 1024
"""Bytes; SES itself takes 40 MB, but header fields and body hash of a test mail need far less."""


@click.command("headers", short_help="Say what a received mail's header fields mean.")
@click.argument("file", metavar="FILE.eml")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--offline", is_flag=True, help="Ask no DNS: judge by the mail alone.")
@doh_option
@click.option("--debug", metavar="FILE", help="Log calls to FILE (0600).")
def command(file: str, form: str, offline: bool, doh: str, debug: str | None) -> None:
    """Read a mail as saved from the recipient's mailbox (Show original, View source); - reads standard input."""
    mail = read_mail(_content(file))
    published = None
    if not offline and mail.author:
        published = _published(mail, debug, doh=doh == "on")
    findings = judge_mail(mail, published)
    level = strongest(finding.level for finding in findings)
    if form == "json":
        click.echo(findings_json(level, findings), nl=False)
    else:
        click.echo(f"From {mail.author or 'no single domain'}: {MARKS[level.value].word}")
        for finding in worst_first(findings):
            click.echo("\n".join(_lines(finding)))
    raise Ended(level.exit_code)


def _content(file: str) -> bytes:
    """The mail's bytes; mails are not UTF-8 text, so they are not read as text.

    Raises:
        BadInputError: it cannot be read, or is too long.
    """
    if file == "-":
        if sys.stdin.isatty():
            say("Paste the header fields, then end with Ctrl-D.")
        shown, (content, more) = "Standard input", piped(LONGEST)
    else:
        shown = printable(file)[:200]
        try:
            content, more = run_async(dns_services(None).files.read_bytes(file, LONGEST))
        except FailureError as error:
            raise BadInputError(error.failure.title) from None
    if more:
        raise BadInputError(f"{shown} is longer than 10 MB; the header fields and the beginning of the body are enough.")
    return content


def _published(mail: Mail, debug: str | None, *, doh: bool) -> Published | None:
    services = dns_services(debug, doh=doh)
    warn_overrides(services)
    reading = run_async(look_published(services, mail.author, mail.domains()))
    if isinstance(reading, Unseen):
        say(f"{reading.failure.title} Alignment is judged by the names alone.")
        return None
    return reading.value


def _lines(finding: Finding) -> list[str]:
    """A finding with all that speaks for it: here the evidence is what one came for, also where all is well."""
    lines = [headline(finding), *(f"    {line}" for line in remedy_lines(finding))]
    lines += [f"    {one.label}: {one.seen}" for one in finding.evidence]
    return lines
