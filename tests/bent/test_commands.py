"""Commands whose answers from AWS are bent: a sentence, JSON where it was asked for, the contract's exit code, and no key
that nobody knows of."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from seswizard.demo.faults import Fault
from seswizard.demo.place import REGION
from seswizard.demo.world import World
from tests.bent.bends import faults
from tests.bent.conftest import Run
from tests.cli.conftest import Ran
from tests.conftest import MakeWorld

Words = tuple[str, ...]
TELLING = ("malformed", "missing", "wrong type", "json list", "html", "huge", "slow", "5xx for ever", "5xx once")
"""One of each kind; `test_calls` has the others, for each call by itself."""


def words(text: str) -> Words:
    return tuple(text.split())


CREATE = words("login create NAME --yes --format json")
KEEPS = {"secrets": ("--keep", "secretsmanager:NAME"), "ssm": ("--keep", "ssm:/seswizard/NAME")}


@dataclass(frozen=True, slots=True)
class Command:
    """A command, the operations that it meets bent answers of, and the command that has to come before it."""

    words: Words
    operations: str
    before: Words = ()
    name: str = ""
    """Whom it is about; nobody yet where it is empty: somebody new each time."""
    well: int = 0
    """Its exit code when all is well."""


COMMANDS: dict[str, Command] = {
    "health": Command(words("health NAME --format json"), "GetCallerIdentity GetAccount GetEmailIdentity", name="example.com"),
    "create": Command(CREATE, "GetUser CreateUser PutUserPolicy CreateAccessKey"),
    "rotate": Command(
        words("login rotate NAME --yes --delete-old --format json"),
        "GetUserPolicy ListAccessKeys UpdateAccessKey",
        CREATE,
    ),
    "revoke": Command(words("login revoke NAME --yes --format json"), "DeleteAccessKey DeleteUserPolicy DeleteUser", CREATE),
    "list": Command(words("login list --format json"), "GetAccessKeyLastUsed"),
    "secret": Command((*CREATE, *KEEPS["secrets"]), "CreateSecret DescribeSecret GetSecretValue PutSecretValue"),
    "no secret": Command(words("login revoke NAME --yes --format json"), "DeleteSecret", (*CREATE, *KEEPS["secrets"])),
    "parameter": Command((*CREATE, *KEEPS["ssm"]), "PutParameter GetParameter ListTagsForResource"),
    "no parameter": Command(words("login revoke NAME --yes --format json"), "DeleteParameter", (*CREATE, *KEEPS["ssm"])),
    "suppressed": Command(words("suppression list --format json"), "ListSuppressedDestinations"),
    "taken off": Command(
        words("suppression remove gone@example.net --yes"), "GetSuppressedDestination DeleteSuppressedDestination"
    ),
    "setup": Command(
        words("setup NAME --yes --format json"), "CreateEmailIdentity PutEmailIdentityMailFromAttributes", well=4
    ),
    "undo": Command(
        words("undo NAME --yes --format json"), "DeleteEmailIdentity", words("setup NAME --yes --format json")
    ),
    "send": Command(
        words("send NAME --via api --yes --format json --timeout 1"),
        "SendEmail ReceiveMessage GetQueueUrl GetQueueAttributes GetConfigurationSetEventDestinations",
        name="example.com",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Bender:
    """Runs one command again and again, each time with another bent answer."""

    world: World
    run: Run
    command: Command
    number: int = 0

    def prepared(self) -> str:
        """Whom the next run is about; all before it is done."""
        self.number += 1
        name = self.command.name or f"d{self.number}.example.com"
        if self.command.before:
            done = self.run(*_about(name, self.command.before))
            assert done.code in (0, 4), done
        self.world.ses.region(REGION).suppressed["gone@example.net"] = ("BOUNCE", datetime.now(UTC))
        return name

    def bent(self, name: str, *faults: Fault) -> Ran:
        """One run that meets the faults."""
        began = len(self.world.requests)
        for fault in faults:
            self.world.faults.append(fault)
        done = self.run(*_about(name, self.command.words))
        self.world.faults.clear()
        asked = {request.operation for request in self.world.requests[began:]}
        assert {fault.operation for fault in faults} <= asked, (faults, asked)
        return done

    def keys(self, name: str) -> list[str]:
        """The ids of the keys that there are of a name's user."""
        user = f"seswizard-{name}-{REGION}"
        return [line.split()[1] for line in self.world.inventory()["iam_keys"] if line.startswith(f"{user} ")]


def _about(name: str, words: Words) -> Words:
    return tuple(word.replace("NAME", name) for word in words)


def wrong_with(done: Ran, *, as_json: bool) -> str:
    """What is wrong with how a command ended; nothing if it is as it should be."""
    if any(word in done.out + done.err for word in ("Traceback", "bug in seswizard")):
        return done.err
    if done.code not in (0, 1, 3, 4):
        return f"ends with {done.code}: {done.err}"
    try:
        lines = [json.loads(line) for line in done.out.splitlines()] if as_json else [True]
    except ValueError:
        return f"no JSON: {done.out}"
    return "" if lines else f"nothing on stdout, exit code {done.code}: {done.err}"


@pytest.fixture
def bender(make_world: MakeWorld, run: Run, request: pytest.FixtureRequest) -> Bender:
    return Bender(make_world("production"), run, COMMANDS[request.param])


@pytest.mark.parametrize("bender", COMMANDS, indirect=True)
def test_a_bent_answer_ends_in_a_sentence(bender: Bender) -> None:
    assert bender.run(*_about(bender.prepared(), bender.command.words)).code == bender.command.well
    wrong = {}
    for operation in bender.command.operations.split():
        for title in TELLING:
            done = bender.bent(bender.prepared(), faults("", operation)[title])
            mistake = wrong_with(done, as_json="json" in bender.command.words)
            if title == "5xx once" and done.code != bender.command.well and operation not in ONCE:
                mistake = f"ends with {done.code} although the second answer was right: {done.err}"
            if mistake:
                wrong[operation, title] = mistake
    assert not wrong, "\n".join(f"{which}: {what}" for which, what in wrong.items())


ONCE = ("CreateAccessKey", "SendEmail")
"""What is never tried a second time."""


@pytest.mark.parametrize("bender", ["create", "rotate"], indirect=True)
def test_a_key_whose_answer_cannot_be_read_is_taken_back(bender: Bender) -> None:
    for title, fault in faults("iam", "CreateAccessKey").items():
        name = bender.prepared()
        before = bender.keys(name)
        done = bender.bent(name, fault)
        assert wrong_with(done, as_json=True) == "", title
        kept = bender.world.vault.read("seswizard", f"{name}/{REGION}") or ""
        assert [key for key in bender.keys(name) if key not in kept] == [], title
        if done.code:
            assert bender.keys(name) == before, title
        else:
            assert title == "extra", "what else could be read?"


@pytest.mark.parametrize("bender", ["create"], indirect=True)
def test_a_key_that_could_not_be_taken_back_is_gone_after_the_next_run(bender: Bender) -> None:
    """Nothing that could tell of it can be read, but the journal says since when there may be one."""
    for title in ("malformed", "html", "slow"):
        name = bender.prepared()
        bender.bent(name, faults("iam", "CreateAccessKey")[title], Fault("DeleteAccessKey", "ServiceUnavailable", count=None))
        (lost,) = bender.keys(name)
        assert bender.run(*_about(name, CREATE)).code == 0
        (key,) = bender.keys(name)
        assert key != lost
        assert key in (bender.world.vault.read("seswizard", f"{name}/{REGION}") or "")


@pytest.mark.parametrize("bender", ["suppressed"], indirect=True)
def test_a_list_that_names_the_same_next_page_again_ends(bender: Bender, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_and_on(_status: int, headers: dict[str, str], _body: bytes) -> tuple[int, dict[str, str], list[bytes]]:
        text = json.dumps({"SuppressedDestinationSummaries": [], "NextToken": next(tokens)}).encode()
        return 200, {**headers, "Content-Length": str(len(text))}, [text]

    monkeypatch.setattr("seswizard.actions.suppression.MOST_PAGES", 40)
    for made in (lambda number: f"{number % 2}", str):
        tokens = iter([made(number) for number in range(100)])
        done = bender.bent("", Fault("ListSuppressedDestinations", bend=on_and_on, count=None))
        assert done.code == 3
        assert "does not end" in done.err
