"""The records an identity needs, built from what SES says and never from a constant."""

from dataclasses import replace

import pytest

from seswizard.core.dmarc import DmarcFound, DmarcPolicy, parse
from seswizard.core.identity import Dkim, Identity, MailFrom, our_tags
from seswizard.core.names import DomainName
from seswizard.core.records import (
    PURPOSES,
    Record,
    feedback_host,
    label,
    mail_from_proposal,
    required_records,
    signing_zone,
)
from seswizard.core.regions import API_REGIONS

DKIM = Dkim("PENDING", ("zeta", "alpha", "mid"), "a31d.dkim.us-west-2.amazonses.com")
IDENTITY = Identity("example.com", True, "PENDING", False, DKIM, MailFrom("bounce.example.com", "PENDING"))
OWN = parse("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:x@example.net")


def rows(identity: Identity, found: DmarcFound | None = None, region: str = "us-west-2") -> list[tuple[object, ...]]:
    return [(one.purpose, one.name, one.type, one.value, one.priority) for one in required_records(identity, region, found)]


def test_the_records_are_those_of_ses_in_the_order_of_the_contract() -> None:
    assert rows(IDENTITY, DmarcFound(None)) == [
        ("dkim", "alpha._domainkey.example.com", "CNAME", "alpha.a31d.dkim.us-west-2.amazonses.com", None),
        ("dkim", "mid._domainkey.example.com", "CNAME", "mid.a31d.dkim.us-west-2.amazonses.com", None),
        ("dkim", "zeta._domainkey.example.com", "CNAME", "zeta.a31d.dkim.us-west-2.amazonses.com", None),
        ("mail-from-mx", "bounce.example.com", "MX", "feedback-smtp.us-west-2.amazonses.com", 10),
        ("mail-from-spf", "bounce.example.com", "TXT", "v=spf1 include:amazonses.com ~all", None),
        ("dmarc", "_dmarc.example.com", "TXT", "v=DMARC1; p=none;", None),
    ]


@pytest.mark.parametrize(
    "zone", ["dkim.amazonses.com", "dkim.eu-south-1.amazonses.com", "cell7.dkim.x.example", "UPPER.Example."]
)
@pytest.mark.parametrize("region", ["eu-west-1", "eu-south-1", "us-gov-east-1"])
def test_the_target_is_in_the_zone_that_ses_names_whatever_the_region(zone: str, region: str) -> None:
    identity = replace(IDENTITY, dkim=replace(DKIM, hosted_zone=zone))
    values = [value for purpose, _, _, value, _ in rows(identity, region=region) if purpose == "dkim"]
    assert values == [f"{token}.{zone.lower().rstrip('.')}" for token in ("alpha", "mid", "zeta")]


@pytest.mark.parametrize("said", [None, ""])
def test_only_where_ses_says_nothing_the_table_of_the_general_reference_stands_in(said: str | None) -> None:
    identity = replace(IDENTITY, dkim=replace(DKIM, hosted_zone=said))
    own = {region for region in API_REGIONS if signing_zone(identity, region) == f"dkim.{region}.amazonses.com"}
    rest = {signing_zone(identity, region) for region in API_REGIONS - own}
    assert own == set(
        "af-south-1 ap-south-2 ap-southeast-3 ap-southeast-5 ca-west-1 ap-northeast-3 eu-south-1 eu-central-2 "
        "il-central-1 me-central-1 us-gov-east-1".split()
    )
    assert rest == {"dkim.amazonses.com"}


def test_only_dkim_is_required_and_verified_says_what_ses_says_now() -> None:
    made = required_records(IDENTITY, "eu-west-1", None)
    assert {one.purpose for one in made if one.required} == {"dkim"}
    assert not any(one.verified for one in made)
    right = replace(IDENTITY, dkim=replace(DKIM, status="SUCCESS"), mail_from=MailFrom("bounce.example.com", "SUCCESS"))
    assert {one.purpose for one in required_records(right, "eu-west-1", None) if one.verified} == {"dkim", "mail-from-mx"}
    lost = replace(IDENTITY, dkim=replace(DKIM, status="TEMPORARY_FAILURE"))
    assert not any(one.verified for one in required_records(lost, "eu-west-1", None))


def test_a_key_of_the_owners_is_a_txt_whose_value_we_cannot_know() -> None:
    own = replace(IDENTITY, dkim=Dkim("PENDING", ("selector1",), "dkim.amazonses.com", "EXTERNAL"))
    made = rows(own)
    assert made[0] == ("dkim", "selector1._domainkey.example.com", "TXT", None, None)
    assert [one[0] for one in made].count("dkim") == 1


def test_without_a_mail_from_there_are_no_records_for_it() -> None:
    assert [one[0] for one in rows(replace(IDENTITY, mail_from=None))] == ["dkim", "dkim", "dkim", "dmarc"]


def test_an_address_has_no_records_of_its_own() -> None:
    assert rows(Identity("post@example.com", False, "PENDING", False, Dkim("NOT_STARTED", (), None))) == []


@pytest.mark.parametrize(
    ("found", "at", "text"),
    [
        (None, "_dmarc.example.com", "v=DMARC1; p=none;"),
        (DmarcFound(OWN), "_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:x@example.net"),
        (
            DmarcFound(DmarcPolicy("_dmarc.com", "v=DMARC1; p=quarantine", ()), True),
            "_dmarc.com",
            "v=DMARC1; p=quarantine",
        ),
        (
            DmarcFound(None, False, ("v=DMARC1; p=reject", "v=DMARC1; p=none")),
            "_dmarc.example.com",
            "v=DMARC1; p=reject",
        ),
    ],
    ids=["unknown", "own", "inherited", "several"],
)
def test_a_policy_that_exists_is_listed_as_it_is(found: DmarcFound | None, at: str, text: str) -> None:
    last = required_records(IDENTITY, "eu-west-1", found, reports_to="")[-1]
    assert (last.purpose, last.name, last.value) == ("dmarc", at, text)


def test_reports_go_where_the_person_said_unless_there_is_a_policy() -> None:
    asked = required_records(IDENTITY, "eu-west-1", None, reports_to="dmarc@example.org")[-1]
    assert asked.value == "v=DMARC1; p=none; rua=mailto:dmarc@example.org;"
    assert required_records(IDENTITY, "eu-west-1", DmarcFound(OWN), reports_to="dmarc@example.org")[-1].value == (
        OWN.text if OWN else ""
    )


def test_a_record_is_pasted_relative_to_the_zone() -> None:
    record = Record("mail-from-mx", "bounce.mail.example.com", "MX", feedback_host("eu-west-1"), 10)
    assert record.paste("example.com").host == "bounce.mail"
    assert record.paste("bounce.mail.example.com").host == "@"
    assert record.paste(None).host is None
    assert record.paste("example.com").priority == 10
    assert record.why


def test_records_are_labelled_for_people() -> None:
    made = required_records(IDENTITY, "eu-west-1", None)
    assert [label(one, made) for one in made] == ["dkim 1", "dkim 2", "dkim 3", "MAIL FROM MX", "MAIL FROM SPF", "DMARC"]
    assert label(Record("dkim", "x._domainkey.example.com", "CNAME", "x"), made) == "dkim"
    assert {one.purpose for one in made} == set(PURPOSES)


def test_a_second_region_gets_a_mail_from_name_of_its_own() -> None:
    domain = DomainName("example.com")
    assert mail_from_proposal(domain, "eu-west-1", second_region=False) == "bounce.example.com"
    assert mail_from_proposal(domain, "us-east-1", second_region=True) == "bounce-us-east-1.example.com"


def test_an_identity_is_verified_only_when_it_may_send() -> None:
    assert not replace(IDENTITY, status="SUCCESS").verified
    assert replace(IDENTITY, status="SUCCESS", may_send=True).verified
    assert not replace(IDENTITY, status="TEMPORARY_FAILURE", may_send=True).verified
    assert not IDENTITY.ours
    assert replace(IDENTITY, tags=tuple(our_tags("example.com", "eu-west-1").items())).ours
