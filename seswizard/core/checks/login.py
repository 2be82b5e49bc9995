"""The kept SMTP login and the bounce that proved it."""

from collections.abc import Iterator

from seswizard.core.aws_things import AccessKey
from seswizard.core.checks.check import advice, problem, said
from seswizard.core.facts import Facts, KeptLogin
from seswizard.core.findings import Finding, Remedy
from seswizard.core.reading import Seen
from seswizard.core.remembered import Proof

OLD_DAYS = 365


def kept(facts: Facts, login: Seen[KeptLogin | None]) -> Iterator[Finding]:
    """Somewhere a password is kept for this domain and region."""
    if login.value is None:
        yield advice(
            "login.none",
            f"No SMTP login is kept for {facts.domain} in {facts.region}.",
            said(login, "login", "none"),
            remedy=Remedy(
                "Make one; it needs no verified domain.",
                command=f"seswizard login create {facts.domain} --region {facts.region}",
            ),
        )


def key(facts: Facts, login: Seen[KeptLogin | None], keys: Seen[tuple[AccessKey, ...]]) -> Iterator[Finding]:
    """Its access key exists and is active at AWS."""
    if login.value is None:
        return
    wanted = login.value.username
    found = next((one for one in keys.value if one.id == wanted), None)
    again = Remedy("Make a new login.", command=f"seswizard login create {facts.domain} --region {facts.region}")
    if found is None:
        yield problem(
            "login.key-missing",
            "The kept login's access key no longer exists.",
            said(keys, wanted, "not found", "Active"),
            remedy=again,
        )
    elif not found.active:
        yield problem(
            "login.key-inactive",
            "The kept login's access key is switched off.",
            said(keys, wanted, "Inactive", "Active"),
            remedy=Remedy("Switch it on again in IAM, or make a new login.", command=again.command),
        )
    elif found.created and (age := (facts.at - found.created).days) > OLD_DAYS:
        yield advice("login.key-old", f"The login's key is {age} days old.", said(keys, wanted, f"{age} days"))


def proof(facts: Facts, login: Seen[KeptLogin | None], proof: Seen[Proof | None]) -> Iterator[Finding]:
    """A bounce came back that was sent through the present key."""
    seen = proof.value
    accepted = {login.value.username if login.value else seen.key_id if seen else None}
    if facts.sends_by != "smtp":
        accepted.add("api")
    if seen is None or seen.key_id not in accepted:
        yield advice(
            "proof.none",
            "No bounce has been seen coming back through the present login.",
            said(proof, "proof", "none"),
            remedy=Remedy("Send the proof.", command=f"seswizard send {facts.domain} --region {facts.region}"),
        )
