"""Building a run: what decides the region, what is refused, and what is not loaded for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from seswizard.core.failure import BadInputError
from seswizard.wiring import Options, build, resolve_region


@pytest.fixture
def config(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text("[default]\nregion = eu-north-1\n[profile work]\nregion = us-west-2\n[profile bare]\n")


@pytest.mark.parametrize(
    ("options", "environment", "region"),
    [
        (Options(region="eu-west-1"), {"AWS_REGION": "x", "AWS_DEFAULT_REGION": "y"}, "eu-west-1"),
        (Options(), {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-1"),
        (Options("work"), {"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-gov-east-1"}, "us-gov-east-1"),
        (Options("work"), {}, "us-west-2"),
        (Options(), {"AWS_PROFILE": "work"}, "us-west-2"),
        (Options(), {}, "eu-north-1"),
    ],
)
def test_the_regions_order(config: None, options: Options, environment: dict[str, str], region: str) -> None:
    assert resolve_region(options, environment) == region
    assert build(options, environment).region == region


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (Options("bare"), {}),
        (Options("nope"), {}),
        (Options("nope", "eu-west-1"), {}),
        (Options(), {"AWS_PROFILE": "nope", "AWS_REGION": "eu-west-1"}),
        (Options(region="Ireland"), {}),
        (Options(region="eu-west-1\x1b[31m"), {}),
        (Options(region="x" * 300), {}),
        (Options(), {"AWS_REGION": "eu-west-1.evil.example"}),
        (Options(region="eu-west-1"), {"SESWIZARD_SMTP_HOST": "203.0.113.1"}),
        (Options(region="eu-west-1", debug="/no/such/place/log"), {}),
    ],
)
def test_what_cannot_be_used_is_one_sentence(config: None, options: Options, environment: dict[str, str]) -> None:
    with pytest.raises(BadInputError) as caught:
        if options.region:
            resolve_region(options, environment)
        build(options, environment)
    assert str(caught.value).endswith(".")
    assert str(caught.value).isprintable()


def test_a_run_that_asks_nothing_of_aws_needs_neither_region_nor_profile(home: Path) -> None:
    assert build(Options(region=""), {"AWS_PROFILE": "nope"}).region == ""


async def test_the_state_directory_is_the_named_one(tmp_path: Path) -> None:
    await build(Options(region="")).state.save_theme("x")
    assert (tmp_path / "state/state.json").exists()
    await build(Options(region="", state_dir=tmp_path / "other")).state.save_theme("x")
    assert (tmp_path / "other/state.json").exists()


def test_importing_and_building_load_nothing_but_the_standard_library() -> None:
    script = """
import sys
from seswizard.wiring import Options, build
services = build(Options(region="eu-west-1"), {})
services.dns.resolvers, services.smtp.host
foreign = {name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names - {"seswizard", "__main__"}
print(sorted(name for name in foreign if not name.startswith(("_", "sitecustomize", "usercustomize"))))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
