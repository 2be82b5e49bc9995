"""Whether a topic's or a queue's own policy lets an AWS service do one thing.

Reads the part of the language that such policies are written in; for the rest it says that it does not know, because a
wrong "allowed" would send the reader to the wrong link of the chain.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["allowed", "denied", "unclear"]

_LIKE = frozenset({"ArnEquals", "ArnLike", "StringLike"})
"""Operators that compare with a pattern; Arn operators take wildcards in both spellings."""
_EQUAL = frozenset({"StringEquals", "StringEqualsIgnoreCase", "Bool"})
_TLS = {"aws:securetransport": "true"}
"""What AWS's services do among themselves is encrypted; many policies deny everything else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the service wants to do."""

    service: str
    """`ses.amazonaws.com`"""
    action: str
    """`sns:Publish`"""
    resource: str
    """The topic's or queue's ARN."""
    context: Mapping[str, str]
    """Condition keys in lower case with their values: `aws:sourcearn`, `aws:sourceaccount`."""


def decide(policy: str, asked: Asked) -> Verdict:
    """The verdict: a deny wins, what nobody allows is denied, and what cannot be read is unclear."""
    if not policy.strip():
        return "denied"
    try:
        said = json.loads(policy)
        statements = said.get("Statement", [])
    except (ValueError, AttributeError, RecursionError):
        return "unclear"
    verdicts = [_statement(one, asked) for one in (statements if isinstance(statements, list) else [statements])]
    if ("Deny", True) in verdicts:
        return "denied"
    if any(applies is None for _, applies in verdicts):
        return "unclear"
    return "allowed" if ("Allow", True) in verdicts else "denied"


def _statement(statement: Any, asked: Asked) -> tuple[str, bool | None]:
    """The effect, and whether it applies; None where this cannot be told."""
    if not isinstance(statement, dict):
        return "", None
    effect = str(statement.get("Effect", ""))
    if any(key in statement for key in ("NotAction", "NotResource", "NotPrincipal")):
        return effect, None
    parts = (
        _principal(statement.get("Principal"), asked.service),
        any(like(asked.action.lower(), one.lower()) for one in texts(statement.get("Action"))),
        "Resource" not in statement or any(like(asked.resource, one) for one in texts(statement.get("Resource"))),
        _conditions(statement.get("Condition", {}), asked.context),
    )
    if False in parts:
        return effect, False
    return effect, None if None in parts else True


def _principal(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    return service in texts(principal.get("Service")) or "*" in texts(principal.get("AWS")) + texts(principal.get("Service"))


def _conditions(conditions: Any, context: Mapping[str, str]) -> bool | None:
    if not isinstance(conditions, dict):
        return None
    unclear = False
    for operator, tests in conditions.items():
        for key, patterns in tests.items() if isinstance(tests, dict) else (("", ()),):
            value = {**_TLS, **context}.get(str(key).lower())
            if operator not in _LIKE | _EQUAL or value is None:
                unclear = True
            elif not any(_meets(operator, value, wanted) for wanted in texts(patterns)):
                return False
    return None if unclear else True


def _meets(operator: str, value: str, wanted: str) -> bool:
    if operator in _LIKE:
        return like(value, wanted)
    return value == wanted if operator == "StringEquals" else value.lower() == wanted.lower()


def texts(value: Any) -> list[str]:
    """The texts of a value that may be one or several."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def like(value: str, pattern: str) -> bool:
    """Whether a value meets a pattern with `*` and `?`, letter by letter."""
    wild = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wild.get(char, re.escape(char)) for char in pattern), value, re.DOTALL) is not None


def merged(existing: str, ours: str) -> str:
    """The existing policy with our statements in it, each in the place of an earlier one with the same Sid.

    Setting a policy replaces the whole of it, so everybody else's statements are handed back unchanged
    (https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html).
    """
    try:
        said = json.loads(existing) if existing.strip() else {}
        statements = said.get("Statement", [])
    except (ValueError, AttributeError, RecursionError):
        return ours
    added = json.loads(ours)
    sids = {one["Sid"] for one in added["Statement"]}
    kept = [
        one
        for one in (statements if isinstance(statements, list) else [statements])
        if not (isinstance(one, dict) and one.get("Sid") in sids)
    ]
    return json.dumps({**said, **added, "Statement": [*kept, *added["Statement"]]})
