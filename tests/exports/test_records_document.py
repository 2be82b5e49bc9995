"""The records document: the contract's JSON, read back the same, and one sentence for anything else."""

import json
from datetime import UTC, datetime
from typing import Any

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from dns.rdtypes.ANY.TXT import TXT
from hypothesis import given
from hypothesis import strategies as st

from seswizard.core.records import PURPOSES, Record
from seswizard.exports.records import EXPORTERS, RecordsDocument, read_document
from seswizard.exports.records.bind import quoted
from seswizard.exports.records.document import BadDocumentError
from tests.core.scene import Scene
from tests.fakes import START

DOCUMENT = RecordsDocument("example.com", "eu-west-1", Scene().expected, "example.com", START)
PLAIN: dict[str, Any] = DOCUMENT.as_dict()


def test_the_document_is_exactly_the_object_of_the_contract() -> None:
    records = PLAIN["records"]
    assert {key: value for key, value in PLAIN.items() if key != "records"} == {
        "schema": 1,
        "domain": "example.com",
        "region": "eu-west-1",
        "zone": "example.com",
        "seen_at": "2026-11-22T09:00:00Z",
    }
    assert [one["purpose"] for one in records] == ["dkim", "dkim", "dkim", "mail-from-mx", "mail-from-spf", "dmarc"]
    assert records[0] == {
        "purpose": "dkim",
        "name": "tokena._domainkey.example.com",
        "host": "tokena._domainkey",
        "type": "CNAME",
        "ttl": 300,
        "value": "tokena.dkim.amazonses.com",
        "priority": None,
        "required": True,
        "verified": True,
        "why": "proves that SES signed your mail",
    }
    assert [one["priority"] for one in records] == [None, None, None, 10, None, None]
    assert [one["required"] for one in records] == [True, True, True, False, False, False]


def test_without_a_zone_hosts_are_null_and_earlier_tokens_are_told_only_if_there_are_any() -> None:
    unknown = RecordsDocument("example.com", "eu-west-1", DOCUMENT.records, None, START, ("old1",)).as_dict()
    assert unknown["zone"] is None
    assert {one["host"] for one in unknown["records"]} == {None}
    assert unknown["previous_tokens"] == ["old1"]
    assert "previous_tokens" not in PLAIN


def test_the_json_is_one_ascii_line() -> None:
    text = EXPORTERS["json"](DOCUMENT)
    assert text.isascii()
    assert text.count("\n") == 1
    assert json.loads(text) == PLAIN


LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,15}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
SHOWN = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=300)


@st.composite
def records(draw: st.DrawFn) -> Record:
    rtype = draw(st.sampled_from(["CNAME", "TXT", "MX"]))
    value = draw(st.none() | SHOWN) if rtype == "TXT" else draw(NAME)
    priority = draw(st.integers(0, 65535)) if rtype == "MX" else None
    purpose = draw(st.sampled_from(PURPOSES))
    name = draw(NAME) if purpose == "dmarc" else f"{draw(LABEL)}.example.com"
    return Record(purpose, name, rtype, value, priority, draw(st.integers(1, 86400)), draw(st.booleans()), draw(st.booleans()))


@given(
    st.lists(records(), max_size=5).map(tuple),
    st.none() | st.just("example.com"),
    st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    st.lists(LABEL, max_size=3).map(tuple),
)
def test_a_document_is_read_back_as_it_was_written(made: Any, zone: str | None, at: Any, tokens: tuple[str, ...]) -> None:
    document = RecordsDocument("example.com", "eu-west-1", made, zone, at, tokens)
    assert read_document(EXPORTERS["json"](document)) == document


def test_unknown_keys_are_ignored_and_names_are_brought_into_their_one_form() -> None:
    bent = json.loads(json.dumps(PLAIN))
    bent["later"] = {"a": 1}
    bent["records"][0] |= {"later": True, "name": "TokenA._domainkey.Example.com.", "value": "TOKENA.dkim.amazonses.com."}
    assert read_document(json.dumps(bent)).records == DOCUMENT.records


def damaged(**changes: Any) -> str:
    bent = json.loads(json.dumps(PLAIN))
    for key, value in changes.items():
        outer, _, inner = key.partition("__")
        (bent["records"][0] if inner else bent)[inner or outer] = value
    return json.dumps(bent)


def without(key: str) -> str:
    return json.dumps({name: value for name, value in PLAIN.items() if name != key})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        ("{", "not JSON"),
        ("[" * 200_000, "not JSON"),
        ("1" * 10_000, "not JSON"),
        ("[]", "no schema"),
        ("null", "no schema"),
        ("{}", "no schema"),
        (damaged(schema=2), "another schema"),
        (damaged(schema="1"), "another schema"),
        (damaged(schema=True), "another schema"),
        (damaged(schema=None), "another schema"),
        (without("domain"), "damaged"),
        (without("region"), "damaged"),
        (without("records"), "damaged"),
        (without("seen_at"), "damaged"),
        (damaged(domain="localhost"), "bad domain"),
        (damaged(domain=["example.com"]), "damaged"),
        (damaged(records={}), "damaged"),
        (damaged(records=["x"]), "damaged"),
        (damaged(seen_at="yesterday"), "damaged"),
        (damaged(seen_at=5), "damaged"),
        (damaged(previous_tokens="abc"), "damaged"),
        (damaged(previous_tokens=[5]), "damaged"),
        (damaged(previous_tokens=["a" * 64]), "damaged"),
        (damaged(previous_tokens=["a\u001bb"]), "damaged"),
        (damaged(records__purpose="bimi"), "does not know"),
        (damaged(records__type="NS"), "does not know"),
        (damaged(records__name=""), "damaged"),
        (damaged(records__name="a..example.com"), "no DNS name"),
        (damaged(records__name=f"{'a' * 64}.example.com"), "no DNS name"),
        (damaged(records__name=".".join(["abcdefgh"] * 30)), "no DNS name"),
        (damaged(records__name="\u001b[31m.example.com"), "no DNS name"),
        (damaged(records__name="bücher.example.com"), "no DNS name"),
        (damaged(records__name="tokena._domainkey.example.net"), "does not belong to its domain"),
        (damaged(domain="sub.example.com"), "does not belong to its domain"),
        (damaged(records__value=5), "damaged"),
        (damaged(records__priority="10"), "damaged"),
        (damaged(records__priority=True), "damaged"),
        (damaged(records__ttl=1.5), "damaged"),
        (damaged(records__ttl=None), "damaged"),
    ],
)
def test_anything_else_gets_one_sentence(text: str, said: str) -> None:
    with pytest.raises(BadDocumentError) as caught:
        read_document(text)
    sentence = str(caught.value)
    assert said in sentence
    assert sentence.endswith(".")
    assert "\x1b" not in sentence
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_hostile_text_in_a_file_is_made_visible() -> None:
    read = read_document(damaged(region="eu\x1b[2J", zone="x\u202ey", records__value="a\x9bb"))
    assert (read.region, read.zone, read.records[0].value) == ("eu␛[2J", "x\\u202ey", "a\\x9bb")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just("example.com"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*PLAIN, *PLAIN["records"][0]]), inner, max_size=8)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_whatever_breaks_the_reading(data: Any) -> None:
    if isinstance(data, dict):
        data = PLAIN | data | {"schema": 1}
    try:
        read_document(json.dumps(data))
    except BadDocumentError as error:
        assert str(error)


@given(st.text(max_size=900))
def test_a_quoted_txt_value_means_the_same_to_a_name_server(text: str) -> None:
    line = quoted(text)
    assert line.isascii()
    read = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TXT, line)
    assert isinstance(read, TXT)
    strings = read.strings
    assert all(len(one) <= 255 for one in strings)
    assert b"".join(strings) == text.encode()


def test_a_zone_file_has_absolute_names_and_every_record() -> None:
    lines = [line for line in EXPORTERS["bind"](DOCUMENT).splitlines() if not line.startswith(";")]
    assert lines[0] == "tokena._domainkey.example.com. 300 IN CNAME tokena.dkim.amazonses.com."
    assert "bounce.example.com. 300 IN MX 10 feedback-smtp.eu-west-1.amazonses.com." in lines
    assert 'bounce.example.com. 300 IN TXT "v=spf1 include:amazonses.com ~all"' in lines
    assert len(lines) == 6


def test_a_key_that_only_its_owner_knows_is_a_comment_and_a_hint() -> None:
    own = RecordsDocument("example.com", "eu-west-1", (Record("dkim", "s._domainkey.example.com", "TXT", None),), None, START)
    assert all(line.startswith(";") for line in EXPORTERS["bind"](own).splitlines())
    assert "(the public key that you made)" in EXPORTERS["text"](own)
    assert own.as_dict()["records"][0]["value"] is None


def test_the_text_has_every_value_whole_on_a_line_of_its_own() -> None:
    text = EXPORTERS["text"](DOCUMENT)
    for record in DOCUMENT.records:
        assert f"  Value     {record.value}\n" in text
        assert f"  Host      {record.host('example.com')}\n" in text
    assert "  Priority  10\n" in text
    assert text.count("(SES sees it)") == 4
    assert "Host is relative" not in EXPORTERS["text"](RecordsDocument("example.com", "eu-west-1", (), None, START))
