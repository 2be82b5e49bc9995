"""Every AWS operation that a gateway can call is answered by the world, and is in the permissions that we print."""

import re
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from seswizard.core.permissions import PERMISSIONS
from seswizard.demo.aws.operations import OPERATIONS

GATEWAYS = Path(__file__).parent.parent.parent / "seswizard" / "gateways"
SERVICES = {
    "ses.py": ("sesv2",),
    "sts.py": ("sts",),
    "iam.py": ("iam",),
    "events.py": ("sns", "sqs"),
    "keep_secrets.py": ("secretsmanager",),
    "keep_parameters.py": ("ssm",),
}
FREE = frozenset({"sts:GetCallerIdentity"})
"""Needs no policy."""
SENDING = frozenset({"ses:SendEmail"})
"""For `--via api`; v2 SendEmail with raw content is authorised as SendRawEmail."""


def called(file: str) -> set[tuple[str, str]]:
    """The (service, operation) pairs whose method names stand in a gateway's source."""
    source = (GATEWAYS / file).read_text(encoding="utf-8")
    words = set(re.findall(r"[.\"]([a-z]+(?:_[a-z0-9]+)+)", source))
    found = set()
    for service in SERVICES[file]:
        model = Loader().load_service_model(service, "service-2")
        found |= {(service, name) for name in model["operations"] if xform_name(name) in words}
    return found


CALLED = sorted(set().union(*(called(file) for file in SERVICES)))


def test_the_gateways_call_something() -> None:
    assert len(CALLED) > 25


@pytest.mark.parametrize(("service", "operation"), CALLED)
def test_the_world_answers_it(service: str, operation: str) -> None:
    assert operation in OPERATIONS[service]


@pytest.mark.parametrize(("service", "operation"), CALLED)
def test_it_is_among_the_printed_permissions(service: str, operation: str) -> None:
    action = f"{service.replace('sesv2', 'ses')}:{operation}"
    printed = {one for permission in PERMISSIONS for one in permission.actions}
    assert action in printed | FREE | SENDING
