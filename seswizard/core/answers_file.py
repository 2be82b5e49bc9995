"""The answers of a set-up, as a TOML file holds them: what a person chose, never a secret and never a verdict.

Reading is by tomllib (TOML 1.0, https://toml.io/en/v1.0.0); the caller reads and writes the file itself.
"""

import tomllib
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Literal, get_args

from seswizard.core.failure import BadInputError
from seswizard.core.keep import KeepChoice
from seswizard.core.login_wish import LoginWish
from seswizard.core.names import BadNameError, DomainName, EmailAddress, IdentityName, parse_identity
from seswizard.core.remembered import DomainChoices
from seswizard.core.text import printable

SCHEMA = 1
LONGEST = 20_000
LONGEST_LINE = 5_000
"""Characters of the file and of a line, where a path has up to 4096: tomllib takes memory with the square of a dotted key."""
NONE = "none"
"""The word for "no MAIL FROM" and "no reports" where an empty answer would be read as no answer."""

SendsBy = Literal["smtp", "sdk"]
ProofWish = Literal["bounce", "none"]

_MEANING: dict[str, str] = {
    "name": "the domain or address that mail will come from",
    "region": "the AWS region",
    "sends_by": "smtp, or sdk for a program with a role, which needs no login",
    "mail_from": "where bounces go: a subdomain, or none",
    "reports_to": "where DMARC reports go: an address, or none",
    "keep": "where the login is kept: keyring, file:PATH, secretsmanager:NAME, ssm:NAME or command",
    "store_with": "for the keep command: what takes the login on standard input",
    "read_with": "for the keep command: what prints it",
    "user": "the IAM user's name, instead of the one that is proposed",
    "proof": "bounce, or none to send no proof",
}
"""Every key of the file, in its order, and what it holds; all of them are texts."""


@dataclass(frozen=True, slots=True)
class SetupAnswers:
    """What was answered beforehand; None where a question is still open."""

    name: IdentityName | None = None
    region: str | None = None
    sends_by: SendsBy | None = None
    mail_from: str | None = None
    """A label below the domain or the whole name; empty for none."""
    reports_to: str | None = None
    """An address; empty for nobody."""
    keep: KeepChoice | None = None
    user: str | None = None
    proof: ProofWish | None = None

    def over(self, others: "SetupAnswers") -> "SetupAnswers":
        """These answers, and the others' where these have none."""
        mine = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}
        return replace(others, **mine)

    @classmethod
    def of(cls, choices: DomainChoices, proof: ProofWish | None = None) -> "SetupAnswers":
        """What was chosen for an identity, for a later run to repeat."""
        return cls(
            parse_identity(choices.name),
            choices.region,
            read_sends_by(choices.sends_by),
            choices.mail_from,
            choices.reports_to,
            KeepChoice.of(choices) if choices.login_keep else None,
            choices.iam_user or None,
            proof,
        )


def read_answers(text: str) -> SetupAnswers:
    """The answers in a TOML file.

    Raises:
        BadInputError: it is no TOML, of another schema, has a key that is none of ours, or an answer that cannot be used.
    """
    if len(text) > LONGEST or any(len(line) > LONGEST_LINE for line in text.split("\n")):
        raise BadInputError("The answers file is longer than any that seswizard writes; it has one short line for each answer.")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"The answers file is not TOML: {printable(str(error))[:80]}.") from None
    except RecursionError:
        raise BadInputError("The answers file is not TOML that anybody would write: it is nested too deeply.") from None
    schema = data.pop("schema", SCHEMA)
    if schema != SCHEMA or isinstance(schema, bool):
        raise BadInputError(f"The answers file is of another schema; this version reads schema {SCHEMA}.")
    for key, value in data.items():
        _known(key)
        if not isinstance(value, str):
            raise BadInputError(f'In the answers file {key} must be a text, such as {key} = "…".')
    try:
        return _answers(data)
    except BadNameError as error:
        raise BadInputError(f"In the answers file: {error}") from None


def _known(key: str) -> None:
    if key not in _MEANING:
        near = get_close_matches(key, _MEANING, 1)
        meant = f" Did you mean {near[0]}?" if near else f" It has {', '.join(_MEANING)}."
        raise BadInputError(f"The answers file has no {printable(key)[:40]!r}.{meant}")


def _answers(data: dict[str, Any]) -> SetupAnswers:
    keep, store_with, read_with = data.get("keep"), data.get("store_with", ""), data.get("read_with", "")
    if keep is None and (store_with or read_with):
        raise BadInputError('In the answers file store_with and read_with belong to keep = "command".')
    mail_from, reports_to = data.get("mail_from"), data.get("reports_to")
    return SetupAnswers(
        parse_identity(data["name"]) if "name" in data else None,
        printable(data["region"]) if "region" in data else None,
        read_sends_by(data["sends_by"]) if "sends_by" in data else None,
        None if mail_from is None else printable(mail_from),
        None if reports_to is None else reports_address(reports_to),
        None if keep is None else KeepChoice.parse(keep, store_with, read_with),
        LoginWish(user=data["user"]).user or None if "user" in data else None,
        read_proof(data["proof"]) if "proof" in data else None,
    )


def write_answers(answers: SetupAnswers) -> str:
    """The answers as a TOML file with a comment above each; what is open is left out."""
    keep = answers.keep
    told = {
        "name": str(answers.name) if answers.name else None,
        "region": answers.region,
        "sends_by": answers.sends_by,
        "mail_from": answers.mail_from or (NONE if answers.mail_from is not None else None),
        "reports_to": answers.reports_to or (NONE if answers.reports_to is not None else None),
        "keep": keep.text if keep else None,
        "store_with": keep.store_with or None if keep else None,
        "read_with": keep.read_with or None if keep else None,
        "user": answers.user,
        "proof": answers.proof,
    }
    lines = ["# Answers for: seswizard setup --answers FILE --yes", "# No secrets are in it.", f"schema = {SCHEMA}"]
    for key, value in told.items():
        if value is not None:
            lines += ["", f"# {_MEANING[key]}", f"{key} = {_quoted(value)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: control characters, quotation marks and backslashes escaped."""
    escaped = (
        f"\\u{ord(char):04x}" if ord(char) < 0x20 or ord(char) == 0x7F else f"\\{char}" if char in '"\\' else char
        for char in text
    )
    return f'"{"".join(escaped)}"'


# ---- single answers, as they are typed --------------------------------------------------------------------------


def mail_from_name(domain: DomainName, typed: str) -> str:
    """The whole MAIL FROM name of a label or name as typed; empty for none.

    Raises:
        BadNameError: it is no domain name, or the domain itself.
    """
    text = typed.strip().lower()
    if text in ("", NONE):
        return ""
    text = text.removesuffix(".")
    if text == str(domain):
        raise BadNameError(f"MAIL FROM is a name below {domain}, such as bounce.")
    return str(DomainName.parse(text.removesuffix(f".{domain}") + f".{domain}"))


def reports_address(typed: str) -> str:
    """The address of DMARC reports as typed; empty for nobody.

    Raises:
        BadNameError: it is no address.
    """
    return "" if typed.strip().lower() in ("", NONE) else str(EmailAddress.parse(typed))


def read_sends_by(text: str) -> SendsBy:
    """`smtp` or `sdk`.

    Raises:
        BadInputError: it is neither.
    """
    for one in get_args(SendsBy):
        if one == text:
            found: SendsBy = one
            return found
    raise BadInputError(f"{printable(text)[:40]!r} does not say what sends; it is smtp, or sdk for a program with a role.")


def read_proof(text: str) -> ProofWish:
    """`bounce` or `none`.

    Raises:
        BadInputError: it is neither.
    """
    for one in get_args(ProofWish):
        if one == text:
            found: ProofWish = one
            return found
    raise BadInputError(f"{printable(text)[:40]!r} is no proof; it is bounce, or none to send nothing.")
