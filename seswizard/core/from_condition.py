"""The sender that a policy asks for: IAM compares `ses:FromAddress` letter by letter, mail does not.

https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html (condition keys),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (operators).
"""

import json
from collections.abc import Iterator

from seswizard.core.resource_policy import like, texts

_ACTION = "ses:sendrawemail"
_KEY = "ses:fromaddress"
_BY_LETTER = ("StringEquals", "StringLike")


def differs_in_case(document: str, sender: str) -> str:
    """The pattern that this sender would meet, were upper and lower case the same; empty for none, or if one lets it pass."""
    patterns = tuple(_patterns(document))
    if any(_meets(pattern, sender, operator) for operator, pattern in patterns):
        return ""
    low = sender.lower()
    return next((pattern for operator, pattern in patterns if _meets(pattern.lower(), low, operator)), "")


def _meets(pattern: str, sender: str, operator: str) -> bool:
    return like(sender, pattern) if operator == "StringLike" else sender == pattern


def _patterns(document: str) -> Iterator[tuple[str, str]]:
    """Operator and pattern of every condition on the sender by which sending is allowed; none where it cannot be read.

    A statement without such a condition takes any sender.
    """
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        if any(like(_ACTION, action.lower()) for action in texts(statement.get("Action"))):
            yield from tuple(_of_statement(statement)) or (("StringLike", "*"),)


def _of_statement(statement: dict[str, object]) -> Iterator[tuple[str, str]]:
    conditions = statement.get("Condition")
    for operator, tests in conditions.items() if isinstance(conditions, dict) else ():
        for key, wanted in tests.items() if operator in _BY_LETTER and isinstance(tests, dict) else ():
            if str(key).lower() == _KEY:
                yield from ((operator, pattern) for pattern in texts(wanted))
