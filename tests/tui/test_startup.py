"""Starting must be quick: what is heavy is loaded when it is first needed, what is foreign never."""

import subprocess
import sys

HEAVY = ("textual.widgets._markdown", "markdown_it", "textual.widgets._help_panel", "textual.widgets._data_table")
FOREIGN = ("boto3", "botocore", "dns", "keyring", "smtplib", "seswizard.gateways", "seswizard.wiring", "seswizard.demo")


def loaded(code: str) -> set[str]:
    """The modules that are there after this code has run in a fresh interpreter."""
    code += "\nimport sys; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_app_loads_neither_help_nor_screens() -> None:
    """The first frame needs the theme and two lines."""
    modules = loaded("import seswizard.tui.app")
    assert not {name for name in modules if name.startswith((*HEAVY, *FOREIGN))}
    assert not {name for name in modules if name.startswith(("seswizard.tui.screens.", "seswizard.tui.modals."))}
    assert "seswizard.tui.step_screen" not in modules


def test_no_screen_loads_what_belongs_to_gateways() -> None:
    """Every screen and sheet, all at once."""
    code = (
        "import importlib, pkgutil, seswizard.tui as tui\n"
        "for module in pkgutil.walk_packages(tui.__path__, 'seswizard.tui.'):\n"
        "    importlib.import_module(module.name)"
    )
    assert not {name for name in loaded(code) if name.startswith(FOREIGN)}
