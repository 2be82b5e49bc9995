"""`explain`: what a pasted reply, log, event, bounce mail, record or word means. No network, no account."""

import sys

import click

from seswizard.cli.ending import Ended, say
from seswizard.cli.streams import piped
from seswizard.core.explain import LIMIT, explain
from seswizard.core.explain.kinds import Explanation
from seswizard.core.explain.words import PAGES, Own, word_of
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.findings import Finding
from seswizard.core.text import counted, elide, printable
from seswizard.exports.report import evidence_lines, findings_json, headline, remedy_lines

_MOST_SHOWN = 20
"""Lines of evidence of one finding in the text form; JSON has them all."""


@click.command(
    "explain",
    short_help="What a reply, log, event, bounce mail, record or word means.",
    epilog="Exit: 0 ok or advice, 1 problem, 2 no such file, 3 not recognised (or AWS could not be asked), 4 it passes.",
)
@click.argument("file", nargs=-1, metavar="[FILE|-]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: tuple[str, ...], form: str) -> None:
    """Say what a text means and what to do: an SMTP reply, a traceback, a Postfix log, SES's event as JSON, a bounce mail,
    an SPF, DKIM or DMARC record. Without FILE, paste it; a word such as SPF or MAIL FROM has a page of its own. Passwords
    in the text are not shown again. Nothing leaves this machine.

    \b
    seswizard explain /var/log/mail.log
    echo "554 Message rejected: Email address is not verified." | seswizard explain
    seswizard explain DMARC
    """
    name = " ".join(file)
    content = _standard_input() if name in ("", "-") else _file(name)
    if content is None:
        word = word_of(name)
        if word is None:
            raise BadInputError(
                f"There is no file {elide(printable(name), 60)!r}, and it is none of the words "
                f"{', '.join(PAGES)}; a text is pasted: seswizard explain -"
            )
        text = word
    else:
        text = _decoded(content)
    if not text.strip():
        raise BadInputError("There is nothing to explain: the text is empty.")
    found = explain(text, _own() if word_of(text) else None)
    click.echo(to_json(found) if form == "json" else to_text(found), nl=False)
    raise Ended(found.level.exit_code)


def to_json(found: Explanation) -> str:
    """The object of the contract, on one line."""
    return findings_json(found.level, found.findings)


def to_text(found: Explanation) -> str:
    """What it is, then each finding: what it means, what to do, who said so."""
    lines = [f"This is {found.what}."] if found.what else []
    for one in found.findings:
        lines.append(headline(one))
        lines += [f"    {line}" for line in remedy_lines(one)]
        lines += [f"    {line}" for line in _evidence(one)]
    return "\n".join(lines) + "\n"


def _evidence(finding: Finding) -> list[str]:
    shown = evidence_lines(finding)
    more = len(shown) - _MOST_SHOWN
    return shown if more <= 0 else [*shown[:_MOST_SHOWN], f"… and {counted(more, 'line')} more; --format json has them all"]


def _standard_input() -> bytes:
    if sys.stdin.isatty():
        say("Paste the text, then Ctrl-D.")
    content, more = piped(LIMIT)
    return _cut(content, more=more)


def _file(name: str) -> bytes | None:
    """The file's bytes; None if there is no such file.

    Raises:
        BadInputError: it is there but cannot be read.
    """
    from seswizard.cli.options import dns_services, run_async

    try:
        content, more = run_async(dns_services(None).files.read_bytes(name, LIMIT))
    except FailureError as error:
        if error.failure.kind == "file.missing" or word_of(name):
            return None
        raise BadInputError(error.failure.title) from None
    return _cut(content, more=more)


def _cut(content: bytes, *, more: bool) -> bytes:
    if more:
        say(f"Only the first {LIMIT:,} bytes were read.")
    return content


def _decoded(content: bytes) -> str:
    """The text; PowerShell writes UTF-16, and bytes that are no text are made visible later."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace")


def _own() -> Own | None:
    """What is remembered of the domain that was set up last; None for none."""
    from seswizard.cli.options import dns_services, run_async
    from seswizard.core.names import domain_of, parse_identity
    from seswizard.exports.records.document import BadDocumentError, from_dict
    from seswizard.ports import Services

    async def look(services: Services) -> Own | None:
        for choice in reversed(await services.state.choices()):
            copy = await services.state.records_copy(str(domain_of(parse_identity(choice.name))), choice.region)
            if copy is not None:
                document = from_dict(copy)
                return Own(document.domain, document.region, document.records, f"{document.seen_at:%Y-%m-%d}")
        return None

    try:
        return run_async(look(dns_services(None)))
    except FailureError as error:
        say(f"Your own values are not shown: {error.failure.title}")
    except (BadInputError, BadDocumentError, ValueError):
        say("Your own values are not shown: what was remembered cannot be read.")
    return None
