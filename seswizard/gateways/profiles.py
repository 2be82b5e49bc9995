"""What AWS's own files say of a profile: whether it exists, and its region.

Read with the standard library, because asking botocore costs a third of a second before the first frame. Credentials
in these files are left to botocore; nothing here looks at them.
"""

import configparser
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from seswizard.core.failure import BadInputError
from seswizard.core.text import printable
from seswizard.gateways.files import expanded


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile in force."""

    name: str | None
    """None where nobody named one: AWS's `default`, if there is such a thing."""
    region: str | None = None


def profile(named: str | None, environment: Mapping[str, str]) -> Profile:
    """The profile by option or environment, in botocore's order.

    Raises:
        BadInputError: it is named, but neither AWS file knows it.
    """
    wanted, by = named, "--profile"
    for variable in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"):
        if wanted is None and variable in environment:
            wanted, by = environment[variable], variable
    if wanted == "":
        raise BadInputError(f"{by} is set but empty; unset it or name a profile.")
    config = _sections(environment.get("AWS_CONFIG_FILE") or "~/.aws/config")
    credentials = _sections(environment.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials")
    profiles = {_name(section): values for section, values in config.items()}
    known = profiles.keys() | credentials.keys()
    if wanted is not None and wanted not in known:
        raise BadInputError(f"AWS knows no profile {printable(wanted)}; `aws configure list-profiles` names them.")
    region = profiles.get(wanted or "default", {}).get("region")
    return Profile(wanted, region or credentials.get(wanted or "default", {}).get("region"))


def _name(section: str) -> str | None:
    """The profile that a section of the config file is about; None for other kinds of sections."""
    if section == "default":
        return section
    try:
        words = shlex.split(section)
    except ValueError:
        return None
    return words[1] if len(words) == 2 and words[0] == "profile" else None


def _sections(path: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(default_section="", strict=False)
    try:
        parser.read_string(expanded(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return {}
    return {section: dict(parser[section]) for section in parser.sections()}
