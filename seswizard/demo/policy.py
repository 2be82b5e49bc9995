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
    """The verdict of all policies together: a deny wins, and what nobody allows is denied.

    Raises:
        UnknownPolicyElementError: some statement, be it the last one, uses what we do not know.
    """
    effects = {statement["Effect"] for policy in policies for statement in _statements(policy) if _applies(statement, question)}
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"


def condition_keys(policies: tuple[Document, ...]) -> tuple[str, ...]:
    """Every condition key that the policies ask about, as they spell it."""
    found = [
        key
        for policy in policies
        for statement in _statements(policy)
        for tests in _condition(statement).values()
        for key in tests
    ]
    return tuple(dict.fromkeys(found))


def _statements(policy: Document) -> Iterator[Document]:
    if unknown := set(policy) - {"Version", "Id", "Statement"}:
        raise UnknownPolicyElementError(f"policy element {', '.join(sorted(unknown))}")
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
    # Everything is read before anything is decided, so that what nobody knows is found even where it would not matter.
    return all(
        (
            _conditions_hold(statement, question.context),
            _principal_matches(statement, question.principal),
            _listed(statement, "Action", question.action, _action_like),
            _listed(statement, "Resource", question.resource, _resource_like),
        )
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


def _listed(statement: Document, element: str, value: str, like: Callable[[str, str], bool]) -> bool:
    negated = f"Not{element}"
    if (element in statement) == (negated in statement):
        raise UnknownPolicyElementError(f"a statement with both {element} and {negated}, or neither")
    if element in statement:
        return any(like(value, pattern) for pattern in _texts(statement[element]))
    return not any(like(value, pattern) for pattern in _texts(statement[negated]))


def _condition(statement: Document) -> Mapping[str, Mapping[str, object]]:
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, dict) or not all(isinstance(tests, dict) for tests in conditions.values()):
        raise UnknownPolicyElementError("Condition")
    return conditions


def _conditions_hold(statement: Document, context: Mapping[str, tuple[str, ...]]) -> bool:
    """Every key of every operator must be there, and match one of its patterns."""
    seen = {key.lower(): values for key, values in context.items()}
    holds = True
    for operator, tests in _condition(statement).items():
        if operator not in OPERATORS:
            raise UnknownPolicyElementError(f"condition operator {operator}")
        for key, patterns in tests.items():
            wanted = _texts(patterns)
            holds &= any(OPERATORS[operator](value, pattern) for value in seen.get(key.lower(), ()) for pattern in wanted)
    return holds


def _texts(value: object) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(item, str) for item in texts):
        raise UnknownPolicyElementError(f"value {value!r}")
    if any("${" in item for item in texts):
        raise UnknownPolicyElementError(f"policy variable in {value!r}")
    return tuple(texts)


def _like(value: str, pattern: str) -> bool:
    return _compiled(pattern).fullmatch(value) is not None


def _action_like(value: str, pattern: str) -> bool:
    return _like(value.lower(), pattern.lower())


def _resource_like(value: str, pattern: str) -> bool:
    """Part by part; what is left of the resource belongs to the pattern's last part.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html: a `*` in the last part
    reaches beyond colons, one in another part does not.
    """
    patterns = pattern.split(":", 5)
    parts = value.split(":", len(patterns) - 1)
    return len(parts) == len(patterns) and all(map(_like, parts, patterns))


def _arn_like(value: str, pattern: str) -> bool:
    # Each of an ARN's six parts is compared by itself.
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
