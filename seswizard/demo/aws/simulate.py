"""SimulatePrincipalPolicy, which moto cannot: the same evaluator that HTTP and SMTP obey, asked without doing anything.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from seswizard.demo.aws import backend
from seswizard.demo.aws.access import verdict_of
from seswizard.demo.policy import Document, Question, condition_keys, parse
from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses import Params

_UNKNOWN = ("PermissionsBoundaryPolicyInputList", "ResourcePolicy", "ResourceOwner", "CallerArn", "ResourceHandlingOption")
_MOST = 1000
"""Results in one answer, as many as AWS gives; the world needs no second page."""


def simulate(params: Params) -> dict[str, object]:
    """One result for each action and resource, with the condition keys that were asked about but not given.

    Raises:
        RefusedError: there is no such user, or the question cannot be answered here.
    """
    for name in _UNKNOWN:
        if name in params:
            raise RefusedError("NotImplementedException", f"The embedded world simulates without {name}.", 501)
    user = _user(params.text("PolicySourceArn"))
    policies = (*backend.policies(user), *(_given(text) for text in params.texts("PolicyInputList")))
    context = {"aws:username": (user,), **_context(params)}
    results = [
        _result(policies, Question(action, resource, context))
        for action in params.texts("ActionNames")
        for resource in params.texts("ResourceArns") or ("*",)
    ]
    if len(results) > _MOST:
        raise RefusedError("LimitExceeded", "The embedded world answers one page of results.", 409)
    return {"EvaluationResults": results, "IsTruncated": False}


def _result(policies: tuple[Document, ...], question: Question) -> dict[str, object]:
    verdict = verdict_of(policies, question)
    given = {key.lower() for key in question.context}
    return {
        "EvalActionName": question.action,
        "EvalResourceName": question.resource,
        "EvalDecision": verdict,
        "MatchedStatements": [],
        "MissingContextValues": [key for key in condition_keys(policies) if key.lower() not in given],
    }


def _user(arn: str) -> str:
    name = arn.rpartition("/")[2]
    if not name or backend.user_arn(name) != arn:
        raise RefusedError("NoSuchEntity", f"There is no user {arn}.", 404)
    return name


def _given(text: str) -> Document:
    try:
        return parse(text)
    except ValueError as error:
        raise RefusedError("InvalidInput", f"A policy that was handed in cannot be read: {error}", 400) from None


def _context(params: Params) -> dict[str, tuple[str, ...]]:
    return {one.text("ContextKeyName"): one.texts("ContextKeyValues") for one in params.groups("ContextEntries")}
