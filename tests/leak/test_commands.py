"""A whole life of a login by commands, with `--debug`: no secret anywhere but where `--reveal` was asked to put it."""

import shutil
import sys
from pathlib import Path

from seswizard.demo.world import World
from tests.leak.conftest import canaries
from tests.leak.search import Ended, Observer, files_below, leaks

WIZARD = [sys.executable, "-m", "seswizard"]
CRASHING = """
import sys
from seswizard.gateways.smtp import SmtpGateway

async def prove(self, login, port, hear):
    plain = login.password.reveal()
    raise RuntimeError(f"a bug after {len(plain)} characters of {login!r}")

SmtpGateway.prove = SmtpGateway.send = prove
from seswizard.__main__ import main
main()
"""
"""The program with a bug where the login is at hand, in clear, among the locals."""


def test_no_command_tells_a_secret(world: World, environment: dict[str, str], tmp_path: Path) -> None:
    observer, said = Observer(), dict[str, Ended]()
    debug = tmp_path / "debug.log"

    def run(name: str, *words: str, stdin: str = "", code: int = 0, log: bool = True) -> Ended:
        more = ("--debug", str(debug)) if log else ()
        ended = observer.run([*WIZARD, *words, *more], environment, stdin)
        said[name] = ended
        assert ended.code == code, ended.err.decode()
        return ended

    run("create", "login", "create", "example.com", "--yes")
    _, secret, password = canaries(world)
    own = ("login", "test", "example.com", "--username", password.username, "--password-from")
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text(password.secret)
    run("test", "login", "test", "example.com", "--ports")
    run("test a file", *own, str(file))
    run("test a pipe", *own, "-", stdin=f"{password.secret}\n")
    run("test damaged", *own, "-", stdin=f" {password.secret}\r\n", code=1)
    run("test the secret", *own, "-", "--format", "json", stdin=secret.secret, code=1)
    run("show", "login", "show", "example.com", log=False)
    run("show json", "login", "show", "example.com", "--format", "json", log=False)
    run("send", "send", "example.com", "--yes")
    run("health", "health", "example.com", "--format", "json")
    said["a crash"] = observer.run([sys.executable, "-c", CRASHING, "login", "test", "example.com"], environment)
    assert b"This is a bug in seswizard" in said["a crash"].err
    revealed = run("reveal", "login", "show", "example.com", "--reveal", log=False)
    derived = run("reveal derived", *own, "-", "--reveal", stdin=secret.secret)
    assert revealed.out.decode().strip() == derived.out.decode().strip() == password.secret

    wanted = canaries(world)
    file.unlink()
    spoken = [
        (f"{what} of {name}", text) for name, one in said.items() for what, text in (("stdout", one.out), ("stderr", one.err))
    ]
    asked_for = {"stdout of reveal", "stdout of reveal derived"}
    assert leaks((one for one in spoken if one[0] in asked_for), wanted), "what was asked for is there, so the search works"
    assert leaks((one for one in spoken if one[0] not in asked_for), wanted) == []
    assert not any("IAM secret" in one or "AWS secret" in one for one in leaks(spoken, wanted))
    assert observer.seen["cmdline"]
    assert observer.seen["environ"]
    assert leaks(observer.places(), wanted) == []
    assert debug.read_bytes().count(b"smtp:") > 5
    assert leaks([("the debug file", debug.read_bytes())], wanted) == []
    kept = list(files_below(world.state_dir, Path(environment["HOME"])))
    assert any(name.startswith("journal") for name, _ in kept)
    assert leaks(kept, wanted) == []


KEEPING = """
import sys, time
from pathlib import Path
time.sleep(0.2)
Path(sys.argv[1]).write_text(sys.stdin.read())
"""
READING = """
import sys, time
from pathlib import Path
time.sleep(0.2)
print(Path(sys.argv[1]).read_text() if Path(sys.argv[1]).exists() else "", end="")
"""
"""A keep of one's own, slow enough to be seen by others."""


def test_a_keep_of_ones_own_gets_the_secret_on_standard_input_alone(
    world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    """Neither its command line nor its environment hold anything."""
    shutil.rmtree(world.state_dir)  # it remembers another keep
    place = tmp_path / "the keep of a friend"
    for name, code in (("keeping.py", KEEPING), ("reading.py", READING)):
        (tmp_path / name).write_text(code)
    store, read = (f"{sys.executable} {tmp_path / name} '{place}'" for name in ("keeping.py", "reading.py"))
    observer, debug = Observer(), tmp_path / "debug.log"
    words = ("login", "create", "example.com", "--yes", "--keep", "command", "--store-with", store, "--read-with", read)
    made = observer.run([*WIZARD, *words, "--debug", str(debug)], environment)
    assert made.code == 0, made.err.decode()
    wanted = canaries(world)
    assert leaks([("the keep", place.read_bytes())], wanted), "it was kept there"
    assert any(b"keeping.py" in line for line in observer.seen["cmdline"]), "the program was seen while it ran"
    assert leaks(observer.places(), wanted) == []
    assert leaks([("stdout", made.out), ("stderr", made.err), ("the debug file", debug.read_bytes())], wanted) == []
    assert leaks(files_below(world.state_dir, Path(environment["HOME"])), wanted) == []
