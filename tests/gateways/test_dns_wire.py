"""Our reading of DNS messages against dnspython's, and whatever a mutated message may do to it."""

import contextlib
import ipaddress
from collections.abc import Callable

import dns.flags
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.mxbase import MXBase
from dns.rdtypes.nsbase import NSBase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seswizard.core.answers import Answer, Question, Row
from seswizard.core.text import printable
from seswizard.gateways import dns_names
from seswizard.gateways.dns_names import MalformedError
from seswizard.gateways.dns_wire import Again, Query

QUERY = Query(Question("example.com", "ANY"), identifier=b"\x12\x34")
IN = dns.rdataclass.IN
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault."""
BODY = 12 + 17
"""Where the answer begins, behind header and question."""


def fits(labels: list[bytes]) -> bool:
    return sum(len(one) + 1 for one in labels) < 200


names = st.lists(st.binary(min_size=1, max_size=63), max_size=5).filter(fits).map(lambda one: dns.name.Name([*one, b""]))
values = st.one_of(
    st.tuples(st.just("A"), st.ip_addresses(v=4).map(str)),
    st.tuples(st.just("AAAA"), st.ip_addresses(v=6).map(str)),
    st.tuples(st.sampled_from(["CNAME", "NS", "PTR"]), names.map(str)),
    st.tuples(st.just("MX"), st.tuples(st.integers(0, 65_535), names).map(lambda one: f"{one[0]} {one[1]}")),
    st.tuples(
        st.just("SOA"), st.tuples(names, names, st.integers(0, 2**32 - 1)).map(lambda one: f"{one[0]} {one[1]} {one[2]} 1 2 3 4")
    ),
    st.tuples(
        st.just("TXT"),
        st.lists(st.binary(max_size=255), min_size=1, max_size=4).map(lambda one: TXT(IN, dns.rdatatype.TXT, one).to_text()),
    ),
    st.tuples(st.sampled_from(["TYPE65300", "TYPE12345"]), st.binary(max_size=20).map(lambda one: rf"\# {len(one)} {one.hex()}")),
)
sections = st.lists(values, max_size=6)
ttls = st.integers(0, 0x7FFF_FFFF)


def message(
    answers: list[tuple[str, str]], authority: list[tuple[str, str]], additional: list[tuple[str, str]], ttl: int
) -> dns.message.Message:
    """A reply with these records: answers for the name, authority for its parent, addresses for anybody."""
    made = dns.message.make_response(dns.message.from_wire(QUERY.wire))
    assert isinstance(made, dns.message.QueryMessage)
    made.flags |= dns.flags.AA
    for section, owner, rows in (
        (made.answer, "Example.com.", answers),
        (made.authority, "com.", authority),
        (made.additional, "ns.x.", additional),
    ):
        for rtype, text in rows:
            data = dns.rdata.from_text("IN", rtype, text)
            made.find_rrset(section, dns.name.from_text(owner), data.rdclass, data.rdtype, create=True).add(data, ttl)
    return made


def name_text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else "."


def value_text(data: dns.rdata.Rdata) -> str:
    """What dnspython makes of a record's data, in our words."""
    match data:
        case TXT():
            return printable(b"".join(data.strings).decode("utf-8", errors="replace"))
        case NSBase():
            return name_text(data.target)
        case MXBase():
            return name_text(data.exchange)
        case SOA():
            numbers = (data.serial, data.refresh, data.retry, data.expire, data.minimum)
            return " ".join((name_text(data.mname), name_text(data.rname), *map(str, numbers)))
        case _:
            text = data.to_text().rstrip()
            return str(ipaddress.ip_address(text)) if data.rdtype in (1, 28) else text


def rows(section: list[dns.rrset.RRset], only: tuple[str, ...] = ()) -> set[Row]:
    found = set()
    for one in section:
        rtype = dns.rdatatype.to_text(one.rdtype)
        for data in one:
            priority = data.preference if isinstance(data, MXBase) else None
            if not only or rtype in only:
                found.add(Row(name_text(one.name), rtype, one.ttl, value_text(data), priority))
    return found


def plain(found: tuple[Row, ...]) -> set[Row]:
    """Our rows, with addresses written dnspython's way."""
    return {
        Row(
            one.name,
            one.type,
            one.ttl,
            str(ipaddress.ip_address(one.value)) if one.type in ("A", "AAAA") else one.value,
            one.priority,
        )
        for one in found
    }


@patient
@given(sections, sections, sections, ttls)
def test_any_message_reads_as_dnspython_reads_it(
    answers: list[tuple[str, str]], authority: list[tuple[str, str]], additional: list[tuple[str, str]], ttl: int
) -> None:
    made = message(answers, authority, additional, ttl)
    wire = made.to_wire(max_size=65_535)
    theirs = dns.message.from_wire(wire)
    ours = QUERY.read_whole(wire)
    assert (ours.status, ours.authoritative) == ("NOERROR", True)
    assert plain(ours.rows) == rows(theirs.answer)
    assert plain(ours.authority) == rows(theirs.authority)
    assert plain(ours.additional) == rows(theirs.additional, ("A", "AAAA"))
    assert all(printable(text) == text for row in (*ours.rows, *ours.authority) for text in (row.name, row.value))


@patient
@given(names)
def test_names_keep_their_bytes_through_their_text(name: dns.name.Name) -> None:
    wire = name.to_wire()
    assert wire is not None
    labels, behind = dns_names.read(wire, 0, {})
    text = dns_names.to_text(labels)
    assert behind == len(wire)
    assert text == ("" if name == dns.name.root else name_text(name))
    assert dns_names.to_wire(text) == wire.lower()


@patient
@given(st.text(max_size=80))
def test_any_text_is_a_name_or_malformed(text: str) -> None:
    with contextlib.suppress(MalformedError):
        labels, _ = dns_names.read(dns_names.to_wire(text), 0, {})
        assert dns_names.to_wire(dns_names.to_text(labels)) == dns_names.to_wire(text).lower()


Mutation = Callable[[bytes], bytes]
places = st.integers(0, 2_000)
mutations = st.one_of(
    st.tuples(places, st.integers(0, 255)).map(
        lambda one: lambda wire: wire[: one[0] % len(wire)] + bytes([one[1]]) + wire[one[0] % len(wire) + 1 :]
    ),
    places.map(lambda place: lambda wire: wire[: place % len(wire) + 1]),
    st.tuples(places, places).map(lambda one: lambda wire: wire[: one[0] % len(wire)] + wire[one[1] % len(wire) :] or b"\0"),
    st.tuples(places, st.binary(max_size=30)).map(
        lambda one: lambda wire: wire[: one[0] % len(wire)] + one[1] + wire[one[0] % len(wire) :] or b"\0"
    ),
)


@patient
@given(sections, sections, sections, st.lists(mutations, min_size=1, max_size=6), st.booleans())
def test_a_mutated_message_is_an_answer_or_malformed(
    answers: list[tuple[str, str]],
    authority: list[tuple[str, str]],
    additional: list[tuple[str, str]],
    changes: list[Mutation],
    header_too: bool,
) -> None:
    wire = message(answers, authority, additional, 60).to_wire(max_size=65_535)
    kept = b"" if header_too else wire[:BODY]
    changed = wire[len(kept) :]
    for change in changes:
        changed = change(changed)
    for read in (QUERY.read, QUERY.read_whole):
        with contextlib.suppress(MalformedError):
            said = read(kept + changed)
            assert isinstance(said, Answer | Again)
            if isinstance(said, Answer):
                assert all(printable(text) == text for row in said.rows for text in (row.name, row.value))
                assert said.serial is None or said.serial >= 0


@patient
@given(st.binary(max_size=400), st.tuples(*[st.integers(0, 65_535)] * 3))
def test_any_bytes_behind_the_question_are_an_answer_or_malformed(body: bytes, counts: tuple[int, ...]) -> None:
    head = QUERY.wire[:2] + b"\x84\0\0\1" + b"".join(one.to_bytes(2, "big") for one in counts)
    with contextlib.suppress(MalformedError):
        assert isinstance(QUERY.read_whole(head + QUERY.wire[12:BODY] + body), Answer)


def test_a_long_chain_of_pointers_is_not_followed_to_its_end() -> None:
    wire = b"\0\0" + b"".join((0xC000 | 2 * number).to_bytes(2, "big") for number in range(4_000))
    with pytest.raises(MalformedError):
        dns_names.read(wire, 8_000, {})
    assert dns_names.read(wire, 100, {})[0] == ()


def test_the_longest_name_passes_and_a_longer_one_does_not() -> None:
    longest = ".".join(["x" * 63] * 3 + ["x" * 61])
    assert len(dns_names.to_wire(longest)) == 255
    assert dns_names.to_wire(longest + ".") == dns_names.to_wire(longest)
    with pytest.raises(MalformedError):
        dns_names.to_wire("x" + longest)


@pytest.mark.parametrize("name", ["EXAMPLE.com", "example.com."])
def test_case_of_the_question_does_not_matter(name: str) -> None:
    asked = Query(Question(name, "A"), identifier=b"\0\1")
    wire = Query(Question("eXample.cOm", "A"), identifier=b"\0\1").wire
    assert asked.concerns(wire[:2] + b"\x84\0" + wire[4:])


def test_a_life_that_is_too_long_is_none() -> None:
    made = message([("TXT", "x")], [], [], 60).to_wire()
    assert QUERY.read_whole(made).rows[0].ttl == 60
    place = made.index((60).to_bytes(4, "big"), BODY)
    assert QUERY.read_whole(made[:place] + b"\x80\0\0\0" + made[place + 4 :]).rows[0].ttl == 0
