"""The variables that let another process live in a world: those of every AWS client, and the wizard's own overrides."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seswizard.demo.world import World

ALWAYS_UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)
_UNSET_WHERE_PRESENT = ("AWS_SECURITY_TOKEN", "no_proxy")
"""The older name of the session token, and the spelling that wins over `NO_PROXY`."""

LOOPBACK = ("127.0.0.1", "localhost", "::1", "127.0.0.0/8")


def exported(world: "World") -> dict[str, str]:
    """What to export."""
    return {
        "AWS_ENDPOINT_URL": world.endpoint,
        "AWS_ACCESS_KEY_ID": world.access_key,
        "AWS_SECRET_ACCESS_KEY": world.secret,
        "AWS_REGION": world.region,
        "AWS_DEFAULT_REGION": world.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(world.directory / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(world.directory / "aws-credentials"),
        "NO_PROXY": _no_proxy(os.environ, world.smtp.host),
        "SESWIZARD_RESOLVERS": ",".join(world.dns.resolver_addresses),
        "SESWIZARD_DNS_PORT": str(world.dns.port),
        "SESWIZARD_SMTP_HOST": world.smtp.host,
        "SESWIZARD_SMTP_PORT_OFFSET": str(world.smtp.offset),
        "SESWIZARD_CA_FILE": str(world.ca_file),
        "PYTHON_KEYRING_BACKEND": "seswizard.demo.vault.WorldKeyring",
        "KEYRING_PROPERTY_SESWIZARD_WORLD": str(world.keyring_file),
    }


def removed(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What to unset, given the variables there are."""
    found = sorted(name for name in environment if name.startswith("AWS_ENDPOINT_URL_"))
    return (*ALWAYS_UNSET, *found, *(name for name in _UNSET_WHERE_PRESENT if name in environment))


def _no_proxy(environment: Mapping[str, str], smtp_host: str) -> str:
    given = f"{environment.get('NO_PROXY', '')},{environment.get('no_proxy', '')}".split(",")
    names = [name.strip() for name in given if name.strip()]
    return ",".join(dict.fromkeys([*names, *LOOPBACK, smtp_host]))
