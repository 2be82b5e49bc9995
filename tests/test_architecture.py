"""The arrows of the house, enforced: who may import whom, who may touch files and sockets, what stays unloaded."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "seswizard"

MAY_IMPORT: dict[str, frozenset[str]] = {
    "core": frozenset({"core"}),
    "exports": frozenset({"core", "exports"}),
    "ports": frozenset({"core"}),
    "look": frozenset({"core", "exports", "ports", "look"}),
    "actions": frozenset({"core", "exports", "ports", "look", "actions"}),
    "tui": frozenset({"core", "exports", "ports", "look", "actions", "tui"}),
    "gateways": frozenset({"core", "ports", "gateways"}),
    "wiring": frozenset({"core", "ports", "gateways", "wiring"}),
    "cli": frozenset({"core", "exports", "ports", "look", "actions", "wiring", "cli", "tui", "demo"}),
    "demo": frozenset({"core", "ports", "gateways", "demo"}),
}
"""Each room and the rooms it may import; type-checking imports count."""

ONLY_IN: dict[str, frozenset[str]] = {
    "textual": frozenset({"tui"}),
    "rich": frozenset({"tui"}),
    "boto3": frozenset({"gateways"}),
    "botocore": frozenset({"gateways", "demo"}),
    "dns": frozenset({"gateways", "demo"}),
    "keyring": frozenset({"gateways", "demo"}),
    "smtplib": frozenset({"gateways"}),
    "socket": frozenset({"gateways", "demo"}),
    "click": frozenset({"cli"}),
    "moto": frozenset({"demo"}),
    "aiosmtpd": frozenset({"demo"}),
    "tempfile": frozenset({"gateways", "demo"}),
}
"""Libraries, and the only rooms that may import them."""

PURE_LIBRARIES = frozenset(sys.stdlib_module_names) - {
    "asyncio", "socket", "subprocess", "threading", "os", "time", "pathlib", "tempfile", "ssl", "smtplib", "shutil",
}  # fmt: skip


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        room = relative.parts[0].removesuffix(".py")
        yield room, path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "import_module":
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


ALL = [pytest.param(room, path, tree, id=str(path.relative_to(PACKAGE))) for room, path, tree in modules()]


@pytest.mark.parametrize(("room", "path", "tree"), ALL)
def test_imports_point_inwards(room: str, path: Path, tree: ast.Module) -> None:
    allowed = MAY_IMPORT.get(room)
    if allowed is None:
        return
    for name in imports(tree):
        parts = name.split(".")
        if parts[0] == "seswizard" and len(parts) > 1 and parts[1] != "__version__":
            assert parts[1] in allowed, f"{path.name} in {room}/ imports {name}"


@pytest.mark.parametrize(("room", "path", "tree"), ALL)
def test_libraries_stay_in_their_rooms(room: str, path: Path, tree: ast.Module) -> None:
    for name in imports(tree):
        rooms = ONLY_IN.get(name.split(".")[0])
        assert rooms is None or room in rooms, f"{path.name} in {room}/ imports {name}"


@pytest.mark.parametrize(("room", "path", "tree"), [one for one in ALL if one.values[0] in ("core", "exports", "ports")])
def test_the_inner_rooms_are_pure(room: str, path: Path, tree: ast.Module) -> None:
    for name in imports(tree):
        first = name.split(".")[0]
        assert first == "seswizard" or first in PURE_LIBRARIES, f"{path.name} imports {name}"
    if room == "ports":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            assert path.name == "reading.py", f"{path.name} is async"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("open", "print", "input"), f"{path.name} calls {called}"
            assert not called.endswith((".now", ".today", ".utcnow", ".read_text", ".write_text")), f"{path.name} calls {called}"


@pytest.mark.parametrize(("room", "path", "tree"), [one for one in ALL if one.values[0] not in ("gateways", "demo")])
def test_only_gateways_and_the_demo_touch_files(room: str, path: Path, tree: ast.Module) -> None:
    writes = ("write_text", "write_bytes", "mkdir", "unlink", "touch", "rmtree", "symlink_to")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")
            assert called != ["open"], f"{path.name} opens a file"
            assert called[-1] not in writes, f"{path.name} calls {ast.unparse(node.func)}"


@pytest.mark.parametrize(("room", "path", "tree"), ALL)
def test_nothing_but_its_command_knows_of_the_demo(room: str, path: Path, tree: ast.Module) -> None:
    if room == "demo" or path == PACKAGE / "cli" / "demo.py":
        return
    for name in imports(tree):
        assert not name.startswith("seswizard.demo"), f"{path.name} imports {name}"


@pytest.mark.parametrize(("room", "path", "tree"), ALL)
def test_files_stay_below_the_stop_sign(room: str, path: Path, tree: ast.Module) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


LOADS = """
import sys
sys.argv = ["seswizard", *{arguments!r}]
try:
    from seswizard.__main__ import main
    main()
except SystemExit:
    pass
loaded = sorted(name for name in {names!r} if name in sys.modules)
sys.stderr.write("\\nLOADED " + " ".join(loaded) + "\\n")
"""


def loaded(arguments: list[str], names: list[str]) -> str:
    program = LOADS.format(arguments=arguments, names=names)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, input="")
    return next(line for line in done.stderr.splitlines() if line.startswith("LOADED")).removeprefix("LOADED").strip()


THIRD_PARTY = ["click", "textual", "boto3", "botocore", "dns", "keyring", "platformdirs", "rich"]


def test_version_loads_nothing_of_others() -> None:
    assert loaded(["--version"], THIRD_PARTY) == ""


@pytest.mark.parametrize(
    "arguments",
    [["records", "example.com", "--region", "eu-west-1"], ["check", "--expected", "-"], ["records", "example.com", "--offline"]],
)
def test_records_and_check_never_load_the_screen(arguments: list[str]) -> None:
    assert loaded(arguments, ["textual", "rich"]) == ""


def test_showing_a_login_loads_no_aws() -> None:
    assert loaded(["login", "show", "example.com", "--region", "eu-west-1"], ["boto3", "botocore", "textual"]) == ""
