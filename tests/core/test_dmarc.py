"""DMARC records and the tree walk of RFC 9989."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.dmarc import DmarcFound, find, parse, proposed, walk_names
from seswizard.core.names import DomainName

LABEL = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=2, max_size=14).map(lambda labels: DomainName(".".join(labels)))
NONE, REJECT = "v=DMARC1; p=none;", "v=DMARC1; p=reject"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("v=DMARC1; p=none;", {"v": "DMARC1", "p": "none"}),
        ("v=DMARC1;p=reject;rua=mailto:a@example.com", {"v": "DMARC1", "p": "reject", "rua": "mailto:a@example.com"}),
        ("V = DMARC1 ; P = none ;; ", {"v": "DMARC1", "p": "none"}),
        ("v=DMARC1; junk; p=none", {"v": "DMARC1", "p": "none"}),
    ],
)
def test_a_record_is_read_into_its_tags(text: str, tags: dict[str, str]) -> None:
    policy = parse("_dmarc.example.com", text)
    assert policy is not None
    assert (policy.at, policy.text, dict(policy.tags)) == ("_dmarc.example.com", text, tags)
    assert policy.tag("nothing") is None


@pytest.mark.parametrize(
    "text",
    ["", "v=spf1 -all", "p=none; v=DMARC1", "v=DMARC1x; p=none", "v=dmarc1; p=none", "hello; v=DMARC1; p=none", "v=DMARC2", ";"],
)
def test_what_does_not_begin_with_the_version_is_no_record(text: str) -> None:
    assert parse("_dmarc.example.com", text) is None


@given(DOMAIN)
def test_the_walk_asks_at_most_eight_names_from_the_domain_up_to_its_top(domain: DomainName) -> None:
    names = walk_names(domain)
    assert names[0] == f"_dmarc.{domain}"
    assert names[-1] == f"_dmarc.{domain.labels[-1]}"
    assert len(names) == min(len(domain.labels), 8)
    assert len(set(names)) == len(names)
    for name, parent in pairwise(names[1:]):
        assert name.removeprefix("_dmarc.").partition(".")[2] == parent.removeprefix("_dmarc.")


@given(DOMAIN, st.data())
def test_the_policy_found_is_one_that_was_published_and_the_domains_own_one_wins(domain: DomainName, data: st.DataObject) -> None:
    names = walk_names(domain)
    published = data.draw(st.dictionaries(st.sampled_from(names), st.lists(st.sampled_from([NONE, REJECT, "x"]), max_size=2)))
    found = find(domain, {name: tuple(texts) for name, texts in published.items()})
    valid = {name: [text for text in texts if text != "x"] for name, texts in published.items()}
    assert found.duplicates == tuple(valid.get(names[0], ()) if len(valid.get(names[0], ())) > 1 else ())
    if len(valid.get(names[0], ())) == 1:
        assert not found.inherited
        assert found.policy is not None and found.policy.at == names[0]
    elif found.policy:
        assert found.inherited
        assert valid[found.policy.at] == [found.policy.text]
    else:
        assert all(len(valid.get(name, ())) != 1 for name in names[1:])


@pytest.mark.parametrize(
    ("texts", "at"),
    [
        ({}, None),
        ({"_dmarc.example.com": ("v=spf1 -all",)}, None),
        ({"_dmarc.a.mail.example.com": (NONE,), "_dmarc.example.com": (REJECT,)}, "_dmarc.a.mail.example.com"),
        ({"_dmarc.mail.example.com": (NONE,), "_dmarc.example.com": (REJECT,)}, "_dmarc.example.com"),
        ({"_dmarc.mail.example.com": (f"{NONE} psd=n",), "_dmarc.example.com": (REJECT,)}, "_dmarc.mail.example.com"),
        ({"_dmarc.example.com": (REJECT,), "_dmarc.com": (f"{NONE} psd=y",)}, "_dmarc.example.com"),
        ({"_dmarc.com": (f"{NONE} psd=y",)}, "_dmarc.com"),
        ({"_dmarc.example.com": (NONE, REJECT), "_dmarc.mail.example.com": (NONE,)}, "_dmarc.mail.example.com"),
        ({"_dmarc.a.mail.example.com": (NONE, REJECT), "_dmarc.example.com": (NONE,)}, "_dmarc.example.com"),
    ],
)
def test_the_walk_stops_where_the_rfc_says(texts: dict[str, tuple[str, ...]], at: str | None) -> None:
    found = find(DomainName("a.mail.example.com"), texts)
    assert (found.policy.at if found.policy else None) == at


def test_several_records_at_the_domain_count_as_none() -> None:
    texts = {"_dmarc.example.com": (NONE, "something else", REJECT)}
    assert find(DomainName("example.com"), texts) == DmarcFound(None, False, (NONE, REJECT))


def test_what_we_propose_is_valid_and_asks_nothing_of_receivers() -> None:
    for text in (proposed(), proposed("dmarc@example.com")):
        policy = parse("_dmarc.example.com", text)
        assert policy is not None
        assert policy.tag("p") == "none"
        assert not {"pct", "rf", "ri", "aspf", "adkim"} & dict(policy.tags).keys()
    assert "rua=mailto:dmarc@example.com" in proposed("dmarc@example.com")
