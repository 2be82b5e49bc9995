"""Our own IAM evaluator: moto's ignores Resource and StringLike, so a policy scoped too widely or too narrowly would pass.

It knows the part of the language that the wizard writes and people paste: Allow and Deny, Action and NotAction,
Resource and NotResource, Principal, and the string and ARN operators. Anything else raises instead of guessing.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

Decision = Literal["allowed", "explicitDeny", "implicitDeny"]
Document = Mapping[str, object]


class UnknownPolicyElementError(ValueError):
    """The policy uses a part of the language that this evaluator does not know."""


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody do this, to that, under these circumstances?"""

    action: str
    """Such as `ses:SendRawEmail`."""
    resource: str
    """An ARN, or `*` for an action without resources."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys with their values."""
    principal: str | None = None
    """For a resource's policy: the service or ARN that asks. None for a policy attached to the one who asks."""


def parse(text: str) -> Document:
    """Read a policy document.

    Raises:
        ValueError: it is no JSON object.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("a policy is a JSON object")
    return document


def decide(policies: tuple[Document, ...], question: Question) -> Decision:
    """The verdict of all policies together: a deny wins, and what nobody allows is denied."""
    verdict: Decision = "implicitDeny"
    for policy in policies:
        for statement in _statements(policy):
            if not _applies(statement, question):
                continue
            if statement["Effect"] == "Deny":
                return "explicitDeny"
            verdict = "allowed"
    return verdict


def _statements(policy: Document) -> Iterator[Document]:
    found = policy.get("Statement")
    for statement in found if isinstance(found, list) else [found]:
        if not isinstance(statement, dict):
            raise UnknownPolicyElementError("Statement")
        unknown = set(statement) - {
            "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition",
        }  # fmt: skip
        if unknown:
            raise UnknownPolicyElementError(f"policy element {', '.join(sorted(unknown))}")
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise UnknownPolicyElementError(f"Effect {statement.get('Effect')}")
        yield statement


def _applies(statement: Document, question: Question) -> bool:
    # Conditions are read first, so that an operator nobody knows is found even where the statement does not apply.
    conditions = _conditions_hold(statement.get("Condition"), question.context)
    return (
        conditions
        and _principal_matches(statement, question.principal)
        and _listed(statement, "Action", question.action, ignore_case=True)
        and _listed(statement, "Resource", question.resource, ignore_case=False)
    )


def _principal_matches(statement: Document, asking: str | None) -> bool:
    principal = statement.get("Principal")
    if asking is None or principal is None:
        return asking is None and principal is None
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        raise UnknownPolicyElementError(f"Principal {principal}")
    kind = "Service" if asking.endswith(".amazonaws.com") else "AWS"
    return any(name in ("*", asking) for name in _texts(principal.get(kind, ())))


def _listed(statement: Document, element: str, value: str, *, ignore_case: bool) -> bool:
    if element in statement:
        return any(_like(value, pattern, ignore_case) for pattern in _texts(statement[element]))
    if f"Not{element}" in statement:
        return not any(_like(value, pattern, ignore_case) for pattern in _texts(statement[f"Not{element}"]))
    raise UnknownPolicyElementError(f"a statement without {element}")


def _conditions_hold(conditions: object, context: Mapping[str, tuple[str, ...]]) -> bool:
    if conditions is None:
        return True
    if not isinstance(conditions, dict):
        raise UnknownPolicyElementError("Condition")
    seen = {key.lower(): values for key, values in context.items()}
    holds = True
    for operator, tests in conditions.items():
        if operator not in OPERATORS:
            raise UnknownPolicyElementError(f"condition operator {operator}")
        for key, patterns in tests.items():
            values = seen.get(key.lower(), ())
            holds &= any(OPERATORS[operator](value, pattern) for value in values for pattern in _texts(patterns))
    return holds


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise UnknownPolicyElementError(f"value {value!r}")


def _like(value: str, pattern: str, ignore_case: bool = False) -> bool:
    if ignore_case:
        value, pattern = value.lower(), pattern.lower()
    return _compiled(pattern).fullmatch(value) is not None


def _arn_like(value: str, pattern: str) -> bool:
    # A colon is no part of what `*` may stand for, except in the last of an ARN's six parts.
    parts, patterns = value.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) and all(map(_like, parts, patterns))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(char, re.escape(char)) for char in pattern), re.DOTALL)


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
}
"""The condition operators we know; `ArnEquals` and `ArnLike` behave alike, as AWS documents them."""
