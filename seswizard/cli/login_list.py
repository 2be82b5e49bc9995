"""`login list`: every login that is known here, where it stands, and what to do next."""

import json
from datetime import datetime

import click

from seswizard.actions.list_logins import KeyRow, LoginRow, list_logins
from seswizard.cli.ending import Ended, say
from seswizard.cli.options import NAME, aws_options, dns_services, run_async, services_for, warn_overrides
from seswizard.cli.pasting import pasted
from seswizard.core.login_life import Life
from seswizard.core.names import IdentityName, domain_of
from seswizard.core.quoting import our_command
from seswizard.core.text import counted
from seswizard.exports.times import rfc3339

_MANY = 50
"""Logins that are looked at one after another while a person waits; more are announced."""


@click.command("list", short_help="Every login that is known here, and where it stands.")
@click.argument("name", type=NAME, metavar="[DOMAIN]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@aws_options
def command(name: IdentityName | None, form: str, profile: str | None, region: str | None, debug: str | None) -> None:
    """List the logins; 3 where AWS or a keep could not be asked."""
    domain = str(domain_of(name)) if name else None
    known = [one for one in run_async(dns_services(None).state.choices()) if one.login_keep and one.iam_user]
    rows: tuple[LoginRow, ...] = ()
    if known:
        # IAM is one for all regions: any of them will do to ask it.
        services = services_for(profile, region or known[0].region, debug)
        warn_overrides(services)
        if domain is None and len(known) > _MANY:
            say(f"Looking at {len(known):,} logins, one after another; name a DOMAIN to look at that one alone.")
        rows = run_async(list_logins(services, domain, region))
    if not rows:
        of = f" of {domain}" if domain else ""
        make = our_command("login create", domain or "DOMAIN")
        say(pasted(f"No login{of} is known here (login.none). Make one with: {make}"))
        raise Ended(1 if domain else 0)
    now = dns_services(None).clock.now()
    for row in rows:
        click.echo(json.dumps(_document(row)) if form == "json" else "\n".join(_lines(row, now)))
    raise Ended(3 if any(row.state is Life.UNKNOWN for row in rows) else 0)


def _document(row: LoginRow) -> dict[str, object]:
    return {
        "schema": 1,
        "domain": row.domain,
        "region": row.region,
        "username": row.username,
        "user": row.user,
        "keep": row.keep,
        "state": row.state.value,
        "keys": [
            {
                "id": one.key.id,
                "active": one.key.active,
                "created": rfc3339(one.key.created),
                "last_used": rfc3339(one.last_used),
            }
            for one in row.keys
        ],
        "next": pasted(row.next),
    }


def _lines(row: LoginRow, now: datetime) -> list[str]:
    lines = [
        f"{row.domain}  {row.region}  {row.state.value}",
        f"  {row.user}, {'shown once' if row.keep == 'show' else f'kept in {row.keep}'}",
    ]
    lines += [f"  {_key(one, now, kept=one.key.id == row.username)}" for one in row.keys]
    return [*lines, f"  {pasted(row.next)}"] if row.next else lines


def _key(one: KeyRow, now: datetime, *, kept: bool) -> str:
    age = f", {counted((now - one.key.created).days, 'day')} old" if one.key.created else ""
    used = f"last used {one.last_used:%Y-%m-%d}" if one.last_used else "no use known"
    return f"{one.key.id} {'active' if one.key.active else 'off'}{age}, {used}{', the login' if kept else ''}"
