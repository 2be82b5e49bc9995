"""The SESWIZARD_ overrides: loopback only, and each wrong one is a sentence."""

from pathlib import Path

import pytest

from seswizard.core.answers import Server
from seswizard.core.failure import BadInputError
from seswizard.gateways.environment import Overrides, overrides

HERE = "http://127.0.0.1:4566"


def test_the_gap_between_calls_is_taken_where_they_stay_on_this_machine() -> None:
    assert overrides({"SESWIZARD_SES_GAP": "0.05", "AWS_ENDPOINT_URL": HERE}).ses_gap == 0.05
    assert overrides({"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": "http://[::1]:1"}).ses_gap == 0
    assert overrides({"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": HERE}).names == ("SESWIZARD_SES_GAP",)


def test_without_variables_nothing_is_overridden() -> None:
    assert overrides({}) == Overrides()
    assert overrides({"SESWIZARD_RESOLVERS": "  "}) == Overrides()


def test_all_variables(tmp_path: Path) -> None:
    roots = tmp_path / "ca.pem"
    roots.touch()
    found = overrides(
        {
            "SESWIZARD_RESOLVERS": "127.0.0.21:5301, [::1]:5302",
            "SESWIZARD_DNS_PORT": "5300",
            "SESWIZARD_SMTP_HOST": "127.0.0.9",
            "SESWIZARD_SMTP_PORT_OFFSET": "20000",
            "SESWIZARD_CA_FILE": str(roots),
            "SESWIZARD_STATE_DIR": "/x",
        }
    )
    assert found.resolvers == (Server("system resolver", "127.0.0.21", 5301), Server("::1", "::1", 5302))
    assert (found.dns_port, found.smtp_host, found.smtp_port_offset, found.ca_file) == (5300, "127.0.0.9", 20000, roots)
    assert len(found.names) == 5


@pytest.mark.parametrize(
    "given",
    [
        {"SESWIZARD_RESOLVERS": "8.8.8.8:53"},
        {"SESWIZARD_RESOLVERS": "127.0.0.1:53,1.1.1.1:53"},
        {"SESWIZARD_RESOLVERS": "127.0.0.1"},
        {"SESWIZARD_RESOLVERS": "127.0.0.1:99999"},
        {"SESWIZARD_RESOLVERS": "[::1:53"},
        {"SESWIZARD_RESOLVERS": "localhost:53"},
        {"SESWIZARD_RESOLVERS": "\x1b[31m:53"},
        {"SESWIZARD_DNS_PORT": "5300"},
        {"SESWIZARD_RESOLVERS": "127.0.0.1:53", "SESWIZARD_DNS_PORT": "-1"},
        {"SESWIZARD_RESOLVERS": "127.0.0.1:53", "SESWIZARD_DNS_PORT": "٥"},
        {"SESWIZARD_SMTP_HOST": "203.0.113.9"},
        {"SESWIZARD_SMTP_HOST": "localhost"},
        {"SESWIZARD_SMTP_PORT_OFFSET": "1"},
        {"SESWIZARD_CA_FILE": "/etc/passwd"},
        {"SESWIZARD_SMTP_HOST": "127.0.0.1", "SESWIZARD_CA_FILE": "/no/such/file"},
        {"SESWIZARD_SES_GAP": "0"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": "https://email.eu-west-1.amazonaws.com"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": "http://127.0.0.1.example.com:80"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": "127.0.0.1:4566"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": "http://[::1"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": "http://127.0.0.1:1@email.eu-west-1.amazonaws.com/"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": HERE, "AWS_ENDPOINT_URL_SESV2": "https://203.0.113.9"},
        {"SESWIZARD_SES_GAP": "0", "AWS_ENDPOINT_URL": HERE, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"},
        {"SESWIZARD_SES_GAP": "-1", "AWS_ENDPOINT_URL": HERE},
        {"SESWIZARD_SES_GAP": "11", "AWS_ENDPOINT_URL": HERE},
        {"SESWIZARD_SES_GAP": "nan", "AWS_ENDPOINT_URL": HERE},
        {"SESWIZARD_SES_GAP": "1e-9", "AWS_ENDPOINT_URL": HERE},
        {"SESWIZARD_SES_GAP": "٥", "AWS_ENDPOINT_URL": HERE},
    ],
)
def test_anything_else_is_bad_input(given: dict[str, str]) -> None:
    with pytest.raises(BadInputError) as caught:
        overrides(given)
    assert str(caught.value).startswith("SESWIZARD_")
    assert "\x1b" not in str(caught.value)
