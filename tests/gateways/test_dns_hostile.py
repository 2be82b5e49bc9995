"""Servers that lie, stammer and flood: each costs itself its answer, and nobody else anything."""

import asyncio
import itertools
import os
import socket
import struct
from typing import cast

import dns.flags
import pytest

from seswizard.core.answers import Question, Server
from seswizard.gateways.dns_wire import LINKS_AT_MOST
from tests.odd_dns import GATEWAY, HEADER, TXT, Answering, answer, ask, framed, reply_to, server, silence

TRUE = "example.com. 60 IN TXT true"


def looping(query: bytes) -> bytes:
    """An answer whose name is a pointer to itself."""
    header = HEADER.pack(int.from_bytes(query[:2], "big"), 0x8400, 1, 1, 0, 0)
    question = query[12 : 12 + 17]
    here = len(header) + len(question)
    return header + question + struct.pack(">HHHIH", 0xC000 | here, 16, 1, 60, 1) + b"\0"


def circling(query: bytes) -> bytes:
    """An alias whose target is a label and a pointer back to that label."""
    header = HEADER.pack(int.from_bytes(query[:2], "big"), 0x8400, 1, 1, 0, 0)
    target = b"\1a" + (0xC000 | 12 + 17 + 12).to_bytes(2, "big")
    return header + query[12:29] + struct.pack(">HHHIH", 0xC00C, 5, 1, 60, len(target)) + target


def forged(query: bytes) -> bytes:
    return bytes([query[0] ^ 1]) + reply_to(query, "example.com. 60 IN TXT forged")[1:]


def raw(query: bytes, rtype: int, data: str) -> bytes:
    """An answer of this type with whatever data."""
    unknown = reply_to(query, rf"example.com. 60 IN TYPE65300 \# {len(data) // 2} {data}")
    return unknown.replace((65_300).to_bytes(2, "big"), rtype.to_bytes(2, "big"))


MALFORMED: dict[str, Answering] = {
    "a pointer to itself": lambda query: [looping(query)],
    "pointers in a circle": lambda query: [circling(query)],
    "cut in the middle": lambda query: [reply_to(query, "example.com. 60 IN TXT whole")[:-3]],
    "a header alone, promising more": lambda query: [query[:2] + b"\x84\0\0\1\xff\xff\0\0\0\0"],
    "about another name alone": lambda query: [reply_to(query, "victim.example. 60 IN TXT poison")],
    "no question": lambda query: [query[:2] + b"\x84\0\0\0\0\0\0\0\0\0"],
    "an address of three bytes": lambda query: [raw(query, 1, "7f0000")],
    "a string longer than its record": lambda query: [raw(query, 16, "ff61")],
    "the same rubbish a hundred times": lambda query: [looping(query)] * 100,
}
LEFT_ASIDE: dict[str, Answering] = {
    "too short": lambda query: [query[:5], b""],
    "another id": lambda query: [forged(query)],
    "another name": lambda query: [reply_to(query).replace(b"example", b"exbmple")],
    "another type": lambda query: [reply_to(query).replace(b"\3com\0\0\x10", b"\3com\0\0\x0f")],
    "another class": lambda query: [reply_to(query).replace(b"\3com\0\0\x10\0\1", b"\3com\0\0\x10\0\3")],
    "two questions": lambda query: [query[:2] + b"\x84\0\0\2" + b"\0" * 6 + query[12:29] * 2],
    "another operation": lambda query: [reply_to(query)[:2] + b"\xac" + reply_to(query)[3:]],
    "our own question": lambda query: [query],
    "noise": lambda _: [os.urandom(600)[:2] * 300],
    "a datagram of 60 KB": lambda query: [reply_to(query, TRUE) + b"\0" * 60_000],
}


@pytest.mark.parametrize("how", [*MALFORMED, *LEFT_ASIDE])
async def test_what_is_no_reply_is_called_malformed(how: str) -> None:
    assert silence(await ask((MALFORMED | LEFT_ASIDE)[how], timeout=0.2)) == "malformed"


@pytest.mark.parametrize("how", [one for one in (*MALFORMED, *LEFT_ASIDE) if "hundred times" not in one])
async def test_the_true_reply_behind_it_still_counts(how: str) -> None:
    def both(query: bytes) -> list[bytes]:
        return [*(MALFORMED | LEFT_ASIDE)[how](query), reply_to(query, TRUE)]

    assert answer(await ask(both)).rows[0].value == "true"


async def test_the_true_reply_is_found_in_a_flood_and_the_loop_goes_on() -> None:
    worst = 0.0

    async def beat() -> None:
        nonlocal worst
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.002)
            worst = max(worst, loop.time() - before)

    def flood(query: bytes) -> list[bytes]:
        return [*itertools.repeat(forged(query), 150), reply_to(query, TRUE)]

    beating = asyncio.create_task(beat())
    for _ in range(5):
        assert answer(await ask(flood, timeout=5)).rows[0].value == "true"
    beating.cancel()
    assert worst < 0.5


async def test_an_answer_from_another_port_is_never_heard() -> None:
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.1", 0))
    loop = asyncio.get_running_loop()

    class Elsewhere(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            other.sendto(reply_to(data, TRUE), addr)

    transport, _ = await loop.create_datagram_endpoint(Elsewhere, local_addr=("127.0.0.1", 0))
    there = cast("tuple[str, int]", transport.get_extra_info("sockname"))
    assert silence(await GATEWAY.ask(Server("x", *there), TXT, timeout=0.2)) == "timeout"
    transport.close()
    other.close()


async def test_rubbish_about_one_question_leaves_the_others_alone() -> None:
    def some(query: bytes) -> list[bytes]:
        return [looping(query)] if b"example\3com\0\0\x10" in query else [reply_to(query)]

    async with server(some) as asked, server(lambda query: [reply_to(query, TRUE)]) as good:
        names = ("example.com", "a.example.com", "b.example.com")
        asking = [GATEWAY.ask(asked, Question(name, "MX" if name != TXT.name else "TXT"), timeout=0.3) for name in names]
        bad, *others, elsewhere = await asyncio.gather(*asking, GATEWAY.ask(good, TXT))
    assert silence(bad) == "malformed"
    assert [answer(one).status for one in others] == ["NOERROR", "NOERROR"]
    assert answer(elsewhere).rows[0].value == "true"


async def test_a_reply_that_comes_twice_or_late_is_no_rubbish_for_the_next_question() -> None:
    def twice(query: bytes) -> list[bytes]:
        return [reply_to(query)] * 2 if b"example\3com\0\0\x10" in query else []

    async with server(twice) as asked:
        asking = [GATEWAY.ask(asked, Question("example.com", rtype), timeout=0.3) for rtype in ("TXT", "MX")]
        first, second = await asyncio.gather(*asking)
    assert answer(first).status == "NOERROR"
    assert silence(second) == "timeout"


async def test_a_record_that_is_sent_twice_is_one_record_and_lives_the_shorter_time() -> None:
    def doubled(query: bytes) -> list[bytes]:
        once, again = (reply_to(query, f"example.com. {ttl} IN TXT v=spf1") for ttl in (60, 30))
        size = len(once) - 29 - 11  # behind the question, before the OPT record
        head = once[:6] + b"\0\2" + once[8:29]
        return [head + once[29 : 29 + size] + again[29 : 29 + size] + once[-11:]]

    rows = answer(await ask(doubled)).rows
    assert [(row.value, row.ttl) for row in rows] == [("v=spf1", 30)]


async def test_the_same_text_in_other_strings_is_another_record() -> None:
    rows = answer(
        await ask(
            lambda query: [reply_to(query, 'example.com. 60 IN TXT "v=spf1 -all"', 'example.com. 60 IN TXT "v=spf1 " "-all"')]
        )
    ).rows
    assert [row.value for row in rows] == ["v=spf1 -all"] * 2


async def test_an_unknown_response_code_is_shown_as_its_number() -> None:
    def coded(query: bytes) -> list[bytes]:
        wire = bytearray(reply_to(query))
        wire[3] |= 13
        return [bytes(wire)]

    def extended(query: bytes) -> list[bytes]:
        wire = bytearray(reply_to(query))
        wire[-6] = 0xFF  # the upper eight bits, in the OPT record's TTL
        return [bytes(wire)]

    assert answer(await ask(coded)).status == "13"
    assert answer(await ask(extended)).status == str(0xFF0)


def truncated(query: bytes) -> list[bytes]:
    return [reply_to(query, flags=dns.flags.TC)]


async def test_a_truncated_reply_without_tcp_behind_it_is_no_answer() -> None:
    assert silence(await ask(lambda query: [reply_to(query, TRUE, flags=dns.flags.TC)])) == "unreachable"


@pytest.mark.parametrize(
    "by_tcp",
    [
        lambda _: [],
        lambda query: [framed(truncated(query)[0])],
        lambda query: [framed(forged(query))],
        lambda query: [framed(looping(query))],
        lambda query: [framed(reply_to(query, TRUE))[:-1]],
        lambda _: [b"\0\0"],
        lambda _: [b"\xff"],
    ],
)
async def test_a_reply_that_is_truncated_for_ever_or_rubbish_by_tcp_is_malformed(by_tcp: Answering) -> None:
    assert silence(await ask(truncated, by_tcp, timeout=2)) == "malformed"


async def test_tcp_that_trickles_ends_in_time() -> None:
    """Without a limit it would go on for an hour."""
    async with asyncio.timeout(60):
        reply = await ask(truncated, lambda _: [b"\xff\xff"] + [b"x"] * 60_000, timeout=0.3, pause=0.06)
    assert silence(reply) == "timeout"


async def test_a_chain_of_aliases_is_followed_within_reason() -> None:
    def chain(links: int) -> Answering:
        names = ["example.com.", *(f"{number}.example.com." for number in range(links))]
        rows = [f"{name} 60 IN CNAME {target}" for name, target in itertools.pairwise(names)]
        return lambda query: [framed(reply_to(query, *rows, f"{names[-1]} 60 IN TXT end"))]

    assert answer(await ask(truncated, chain(LINKS_AT_MOST - 1), timeout=5)).through("TXT")[0].value == "end"
    assert silence(await ask(truncated, chain(100), timeout=5)) == "malformed"


async def test_64_kilobytes_of_text_and_of_small_records_hold_nothing_up() -> None:
    def long(query: bytes) -> list[bytes]:
        strings = " ".join(f'"{"x" * 255}"' for _ in range(255))
        return [framed(reply_to(query, f"example.com. 60 IN TXT {strings}"))]

    def many(query: bytes) -> list[bytes]:
        header = HEADER.pack(int.from_bytes(query[:2], "big"), 0x8400, 1, 4300, 0, 0)
        row = struct.pack(">HHHIH", 0xC00C, 16, 1, 60, 3)
        return [framed(header + query[12:29] + b"".join(row + b"\2" + number.to_bytes(2, "big") for number in range(4300)))]

    def labels(query: bytes) -> list[bytes]:
        """Every record has a name of 120 labels of its own, by a pointer into the first one's."""
        header = HEADER.pack(int.from_bytes(query[:2], "big"), 0x8400, 1, 0, 0, 4000)
        body = header + query[12:29]
        first = len(body)
        body += b"\1a" * 120 + b"\0" + struct.pack(">HHIH", 16, 1, 60, 1) + b"\0"
        for number in range(3999):
            body += (0xC000 | first + 2 * (number % 119)).to_bytes(2, "big") + struct.pack(">HHIH", 16, 1, 60, 1) + b"\0"
        return [framed(body)]

    worst, running = 0.0, True

    async def beat() -> None:
        nonlocal worst
        loop = asyncio.get_running_loop()
        while running:
            before = loop.time()
            await asyncio.sleep(0.005)
            worst = max(worst, loop.time() - before)

    beating = asyncio.create_task(beat())
    assert len(answer(await ask(truncated, long, timeout=20)).rows[0].value) == 255 * 255
    assert len(answer(await ask(truncated, many, timeout=20)).rows) == 4300
    assert answer(await ask(truncated, labels, timeout=20)).rows == ()
    running = False
    await beating
    assert worst < 0.5


async def test_escape_bytes_and_odd_bytes_never_come_through() -> None:
    def odd(query: bytes) -> list[bytes]:
        return [
            reply_to(
                query,
                r'example.com. 60 IN TXT "\027]0;owned\007\000\255 \226\128\174x"',
                "example.com. 60 IN MX 5 .",
                r"example.com. 60 IN CNAME A\027\000\.b.Example.COM.",
                r"example.com. 60 IN TYPE65300 \# 3 1b5b41",
            )
        ]

    rows = answer(await ask(odd)).rows
    texts = {row.type: row.value for row in rows}
    assert texts["TXT"] == "␛]0;owned␇␀\N{REPLACEMENT CHARACTER} \\u202ex"
    assert texts["CNAME"] == r"a\027\000\.b.example.com"
    assert texts["MX"] == "."
    assert texts["TYPE65300"] == r"\# 3 1b5b41"
    assert all(char.isprintable() for row in rows for char in row.value + row.name)


async def test_rows_of_other_names_and_classes_are_kept_only_along_the_alias_chain() -> None:
    def stuffed(query: bytes) -> list[bytes]:
        return [
            reply_to(
                query,
                "example.com. 60 IN CNAME b.example.net.",
                "b.example.net. 60 IN CNAME example.com.",
                "b.example.net. 60 IN TXT there",
                "victim.example. 60 IN TXT poison",
                "example.com. 60 CH TXT chaos",
            )
        ]

    rows = answer(await ask(stuffed)).rows
    assert {(row.name, row.type) for row in rows} == {
        ("example.com", "CNAME"),
        ("b.example.net", "CNAME"),
        ("b.example.net", "TXT"),
    }
    assert "chaos" not in {row.value for row in rows}
