"""SPF term by term, DMARC tag by tag, DKIM: in every form in which records are pasted."""

import pytest

from seswizard.core.explain import explain
from seswizard.core.explain.records import Txt, texts
from seswizard.core.findings import Level

SPF = "v=spf1 include:amazonses.com ~all"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (SPF, "", SPF),
        (f'"{SPF}"', "", SPF),
        ('"v=spf1 include:amazon" "ses.com ~all"', "", SPF),
        (f'bounce.example.com. 300 IN TXT "{SPF}"', "bounce.example.com", SPF),
        (f'bounce.example.com text = "{SPF}"', "bounce.example.com", SPF),
        (f'bounce.example.com descriptive text "{SPF}"', "bounce.example.com", SPF),
        (f'bounce.example.com\t300\tIN\tTXT\t"{SPF}"', "bounce.example.com", SPF),
        (f"bounce.example.com TXT {SPF}", "bounce.example.com", SPF),
        ("v=spf1\n  include:amazonses.com\n  ~all", "", SPF),
        ("v=DMARC1\\; p=none\\;", "", "v=DMARC1; p=none;"),
    ],
)
def test_a_record_is_read_in_every_form(text: str, name: str, value: str) -> None:
    assert texts(text) == (Txt(name, value),)


def annotated(text: str) -> dict[str, str]:
    found = next(one for one in explain(text).findings if one.id == "explain.record")
    return {one.label: one.seen for one in found.evidence}


def test_every_term_of_spf_is_told() -> None:
    told = annotated(
        "v=spf1 a mx:example.org ip4:192.0.2.0/24 ip6:2001:db8::/32 -include:b.example "
        "exists:%{i}.c ptr redirect=d.example ?all x=y"
    )
    assert told["a"] == "the addresses of this domain may send"
    assert told["mx:example.org"] == "the hosts that take mail for example.org may send"
    assert told["ip4:192.0.2.0/24"] == "the address 192.0.2.0/24 may send"
    assert told["ip6:2001:db8::/32"] == "the address 2001:db8::/32 may send"
    assert told["-include:b.example"].endswith("(fail)")
    assert "asks not to use it" in told["ptr"]
    assert told["?all"] == "nothing is said about others (neutral)"
    assert told["x=y"] == "no term of SPF that is known"
    assert told["DNS questions"].startswith("6 here")


def test_an_unknown_modifier_breaks_nothing() -> None:
    """RFC 7208 §6: unknown modifiers are passed over; unknown mechanisms are an error."""
    assert explain("v=spf1 x=y ~all").level is Level.OK
    assert explain("v=spf1 inlcude:amazonses.com ~all").findings[0].id == "explain.spf-broken"


def test_every_tag_of_dmarc_is_told() -> None:
    told = annotated("v=DMARC1; p=reject; sp=none; np=quarantine; adkim=r; aspf=s; rua=mailto:a@example.com; t=y; pct=5; zz=1")
    assert told["p=reject"] == "for mail from this domain: receivers refuse failing mail"
    assert told["sp=none"] == "for mail from subdomains: receivers only watch and report"
    assert told["aspf=s"].endswith("exactly the same")
    assert told["rua=mailto:a@example.com"] == "daily summaries go to a@example.com"
    assert told["pct=5"].startswith("once")
    assert told["zz=1"] == "no tag of DMARC that is known; receivers pass it over"


def test_a_mended_policy_is_offered_whole() -> None:
    found = next(
        one for one in explain("_dmarc.example.com TXT v=DMARC1; p=none; aspf=s").findings if one.id == "dmarc.strict-spf"
    )
    assert found.remedy is not None
    assert [(one.name, one.value) for one in found.remedy.records] == [("_dmarc.example.com", "v=DMARC1; p=none;")]


def test_a_policy_without_p_is_advice_where_reports_are_asked_for() -> None:
    """RFC 9989 takes it as p=none."""
    assert explain("v=DMARC1; rua=mailto:a@example.com").level is Level.ADVICE
    assert explain("v=DMARC1; sp=none").level is Level.PROBLEM


def test_two_different_policies_at_one_name_are_none() -> None:
    text = '_dmarc.example.com TXT "v=DMARC1; p=none"\n_dmarc.example.com TXT "v=DMARC1; p=reject"'
    assert explain(text).findings[0].id == "dmarc.duplicate"
    assert explain(text.replace("reject", "none")).level is Level.OK


def test_records_of_different_names_are_no_duplicates() -> None:
    assert explain(f'a.example.com TXT "{SPF}"\nb.example.com TXT "{SPF}"').level is Level.OK
