"""What is kept of DNS messages, in which words, and whatever a mutated message may do to that."""

import contextlib
import itertools
import time
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
from seswizard.gateways.dns_replies import Again, MalformedError
from seswizard.gateways.dns_wire import LINKS_AT_MOST, Query

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
    """A record's data as `core/answers.py` says that they are written."""
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
            return data.to_text().rstrip()


def rows(section: list[dns.rrset.RRset], only: tuple[str, ...] = ()) -> list[Row]:
    found = []
    for one in section:
        rtype = dns.rdatatype.to_text(one.rdtype)
        for data in one:
            priority = data.preference if isinstance(data, MXBase) else None
            if not only or rtype in only:
                found.append(Row(name_text(one.name), rtype, one.ttl, value_text(data), priority))
    return found


@patient
@given(sections, sections, sections, ttls)
def test_rows_say_what_was_published_in_the_words_of_the_core(
    answers: list[tuple[str, str]], authority: list[tuple[str, str]], additional: list[tuple[str, str]], ttl: int
) -> None:
    made = message(answers, authority, additional, ttl)
    read = QUERY.read_whole(made.to_wire(max_size=65_535))
    assert (read.status, read.authoritative) == ("NOERROR", True)
    assert set(read.rows) == set(rows(made.answer))
    assert set(read.authority) == set(rows(made.authority))
    assert set(read.additional) == set(rows(made.additional, ("A", "AAAA")))
    assert all(printable(text) == text for row in (*read.rows, *read.authority) for text in (row.name, row.value))


def reply(*lines: str) -> bytes:
    """A reply whose answer section holds these records, each as often as it is given."""
    made = message([], [], [], 0)
    for line in lines:
        owner, ttl, rtype, text = line.split(" ", 3)
        made.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", rtype, text))
    return made.to_wire(max_size=65_535)


def test_rows_are_normalised() -> None:
    lines = (
        r'example.com. 60 TXT "v=spf1 " "-all\027"',
        "EXAMPLE.com. 60 MX 10 Mail.Example.COM.",
        "example.com. 60 MX 0 .",
        "example.com. 60 NS NS1.Example.com.",
        "example.com. 60 A 192.0.2.1",
        "example.com. 60 AAAA 2001:DB8:0::1",
        r"example.com. 60 PTR A\027\000\.b.Example.COM.",
        "example.com. 60 SOA . Root.Example.COM. 1 2 3 4 5",
        'example.com. 60 CAA 0 issue "amazon.com"',
        r"example.com. 60 TYPE65300 \# 3 1b5b41",
    )
    assert [(row.name, row.type, row.value, row.priority) for row in QUERY.read_whole(reply(*lines)).rows] == [
        ("example.com", "TXT", "v=spf1 -all␛", None),
        ("example.com", "MX", ".", 0),
        ("example.com", "MX", "mail.example.com", 10),
        ("example.com", "NS", "ns1.example.com", None),
        ("example.com", "A", "192.0.2.1", None),
        ("example.com", "AAAA", "2001:db8::1", None),
        ("example.com", "PTR", r"a\027\000\.b.example.com", None),
        ("example.com", "SOA", ". root.example.com 1 2 3 4 5", None),
        ("example.com", "CAA", '0 issue "amazon.com"', None),
        ("example.com", "TYPE65300", r"\# 3 1b5b41", None),
    ]


def test_a_set_that_the_server_turns_with_each_answer_is_the_same_set() -> None:
    """RFC 1034 §3.6: a set has no order. What only was turned is no news; a chain of aliases keeps its order."""
    lines = [f"example.com. 60 NS ns{number}.example." for number in range(3)]
    first, *others = (QUERY.read_whole(reply(*lines[turn:], *lines[:turn])).rows for turn in range(3))
    assert all(one == first for one in others)
    texts = ('example.com. 60 TXT "a"', 'example.com. 60 TXT "b"')
    assert QUERY.read_whole(reply(*texts)).rows == QUERY.read_whole(reply(*reversed(texts))).rows
    chain = ("example.com. 60 CNAME z.example.", "z.example. 60 CNAME b.example.", 'b.example. 60 TXT "v"')
    assert [row.name for row in QUERY.read_whole(reply(*chain)).rows] == ["example.com", "z.example", "b.example"]


def test_a_record_sent_twice_is_one_with_the_shorter_life() -> None:
    for again in ("example.com. 30 NS a.Example.", "Example.COM. 30 NS A.example."):
        assert QUERY.read_whole(reply("example.com. 60 NS a.example.", again)).rows == (
            Row("example.com", "NS", 30, "a.example"),
        )


def test_a_second_alias_or_soa_is_shown_beside_the_first() -> None:
    doubled = QUERY.read_whole(reply("example.com. 60 CNAME a.example.", "example.com. 60 CNAME b.example."))
    assert [row.value for row in doubled.rows] == ["a.example", "b.example"]
    doubled = QUERY.read_whole(reply("example.com. 60 SOA . . 1 0 0 0 0", "example.com. 60 SOA . . 2 0 0 0 0"))
    assert (len(doubled.rows), doubled.serial) == (2, 1)


def test_a_chain_of_aliases_has_an_end() -> None:
    def chain(links: int) -> bytes:
        names = ["example.com.", *(f"{number}.example.com." for number in range(links))]
        return reply(*(f"{one} 60 CNAME {two}" for one, two in itertools.pairwise(names)), f"{names[-1]} 60 TXT end")

    assert QUERY.read_whole(chain(LINKS_AT_MOST - 1)).through("TXT")[0].value == "end"
    with pytest.raises(MalformedError):
        QUERY.read_whole(chain(LINKS_AT_MOST))


@patient
@given(names)
def test_a_name_that_was_read_can_be_asked_for_byte_by_byte(name: dns.name.Name) -> None:
    made = message([("NS", str(name))], [], [], 60).to_wire()
    (row,) = QUERY.read_whole(made).rows
    wire = name.to_wire()
    assert wire is not None
    assert Query(Question(row.value, "TXT"), edns=False).wire[12:] == wire.lower() + b"\0\x10\0\1"


@patient
@given(st.text(max_size=80))
def test_any_text_is_a_name_or_malformed(text: str) -> None:
    with contextlib.suppress(MalformedError):
        wire = Query(Question(text, "TXT")).wire
        assert dns.message.from_wire(wire).question[0].name.is_absolute()


@patient
@given(st.text(max_size=12))
def test_any_text_is_a_type_or_malformed(text: str) -> None:
    with contextlib.suppress(MalformedError):
        Query(Question("example.com", text))


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
    start = BODY + 12
    chain = b"\0\0" + b"".join((0xC000 | start + 2 * number).to_bytes(2, "big") for number in range(6_000))
    head = QUERY.wire[:2] + b"\x84\0\0\1\x03\xe9\0\0\0\0" + QUERY.wire[12:BODY]
    first = b"\xc0\x0c\xff\x14\0\1\0\0\0\x3c" + len(chain).to_bytes(2, "big") + chain
    others = b"".join((0xC000 | start + 2 * 6_000).to_bytes(2, "big") + b"\xff\x14\0\1\0\0\0\x3c\0\0" for _ in range(1_000))
    began = time.perf_counter()
    with pytest.raises(MalformedError):
        QUERY.read_whole(head + first + others)
    assert time.perf_counter() - began < 0.5


def test_the_longest_name_passes_and_a_longer_one_does_not() -> None:
    longest = ".".join(["x" * 63] * 3 + ["x" * 61])
    assert len(Query(Question(longest, "A"), edns=False).wire) == 12 + 255 + 4
    assert Query(Question(longest + ".", "A"), identifier=b"\0\0").wire == Query(Question(longest, "A"), identifier=b"\0\0").wire
    with pytest.raises(MalformedError):
        Query(Question("x" + longest, "A"))


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
