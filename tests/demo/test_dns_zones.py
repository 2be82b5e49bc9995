"""The editable zone: what its editors may rely on."""

import threading

import pytest

from seswizard.demo.dns.values import parse_name, parse_type, plain_text
from seswizard.demo.dns.zones import Zone, txt


def _zone() -> Zone:
    return Zone("Example.COM.", primary="ns1.example.com", name_servers=("ns1.example.com", "ns2.example.com"))


def test_a_new_zone_holds_its_soa_and_its_name_servers() -> None:
    zone = _zone()
    assert zone.origin == "example.com"
    assert zone.soa == ("ns1.example.com", "hostmaster.example.com", 1)
    assert zone.get("example.com", "NS") == ("ns1.example.com", "ns2.example.com")


def test_each_change_bumps_the_serial_by_one_and_no_change_does_not() -> None:
    zone = _zone()
    zone.put("a.example.com", "CNAME", "b.example.com")
    assert zone.serial == 2
    zone.put("A.example.com", "CNAME", "b.example.com.")
    assert zone.serial == 2
    zone.put("a.example.com", "CNAME", "b.example.com", ttl=300)
    assert zone.serial == 3
    zone.remove("a.example.com")
    zone.remove("a.example.com", "TXT")
    assert zone.serial == 4
    assert zone.get("a.example.com", "CNAME") == ()


def test_put_replaces_the_record_set() -> None:
    zone = _zone()
    zone.put("example.com", "MX", "10 a.example.com", "10 b.example.com")
    zone.put("example.com", "MX", "20 c.example.com")
    assert zone.get("example.com", "MX") == ("20 c.example.com",)


def test_removing_all_of_the_apex_keeps_soa_and_ns() -> None:
    zone = _zone()
    zone.put("example.com", "TXT", "x")
    zone.remove("example.com")
    assert {row[1] for row in zone.records()} == {"SOA", "NS"}


@pytest.mark.parametrize("text", ["", "v=spf1 -all", 'quote " and \\ slash', "é" * 200, "x" * 255, "x" * 256, "\x1b[31m"])
def test_a_text_of_any_length_survives_the_split_at_255_bytes(text: str) -> None:
    zone = _zone()
    zone.put("t.example.com", "TXT", txt(text))
    records = zone.contents.nodes[parse_name("t.example.com")][parse_type("TXT")]
    assert plain_text(records.rdatas[0]) == text


def test_an_unquoted_txt_is_one_text() -> None:
    zone = _zone()
    zone.put("example.com", "TXT", "v=spf1 include:amazonses.com ~all")
    assert zone.get("example.com", "TXT") == ('"v=spf1 include:amazonses.com ~all"',)


def test_records_read_back_as_they_were_put() -> None:
    zone, copy = _zone(), _zone()
    zone.put("b.example.com", "MX", "0 .")
    zone.put("c.example.com", "TXT", txt("y" * 300))
    copy.replace(zone.records())
    assert [row for row in copy.records() if row[1] != "SOA"] == [row for row in zone.records() if row[1] != "SOA"]


def test_replacing_keeps_the_servers_and_bumps_the_serial_only_for_a_change() -> None:
    zone = _zone()
    zone.put("ns1.example.com", "A", "127.0.0.1")
    zone.put("old.example.com", "TXT", "old")
    rows = [("new.example.com", "TXT", 300, '"new"'), ("example.com", "NS", 300, "ns-1.awsdns-01.com")]
    assert zone.replace(rows)
    assert not zone.replace(list(reversed(rows)))
    assert zone.serial == 4
    assert zone.get("old.example.com", "TXT") == ()
    assert zone.get("new.example.com", "TXT") == ('"new"',)
    assert zone.get("ns1.example.com", "A") == ("127.0.0.1",)
    assert zone.get("example.com", "NS") == ("ns1.example.com", "ns2.example.com")


def test_a_draft_that_fails_changes_nothing() -> None:
    zone = _zone()
    with pytest.raises(ZeroDivisionError), zone.changing() as nodes:
        nodes.clear()
        raise ZeroDivisionError
    assert zone.serial == 1
    assert zone.get("example.com", "NS")


def test_no_change_of_many_threads_is_lost() -> None:
    zone = _zone()

    def edit(thread: int) -> None:
        for number in range(20):
            zone.put(f"t{thread}-{number}.example.com", "TXT", "x")

    threads = [threading.Thread(target=edit, args=(thread,)) for thread in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert zone.serial == 101
