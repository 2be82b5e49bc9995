"""What we remember between runs: choices, proofs and last seen public records. Never a verdict, never a secret."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seswizard.core.failure import Failure, FailureError
from seswizard.core.remembered import DomainChoices, Proof
from seswizard.gateways.files import open_plain, sweep_drafts, write_atomically
from seswizard.gateways.state_directory import StateDirectory
from seswizard.gateways.state_values import Json, choices_from, choices_to, proof_from, proof_to, scrubbed

FILE = "state.json"
SCHEMA = 1
_LONGEST = 10_000_000


class StateGateway:
    """One JSON file in the state directory, read anew each time."""

    def __init__(self, directory: StateDirectory) -> None:
        self._directory = directory

    async def choices(self) -> tuple[DomainChoices, ...]:
        """Everything that was chosen, latest last."""
        found = (choices_from(one) for one in _listed(await self._read(), "choices"))
        return tuple(one for one in found if one)

    async def save_choices(self, choices: DomainChoices) -> None:
        """Remember choices, in place of earlier ones for the same name and region."""
        await self._change(lambda state: _put(state, "choices", choices_to(choices)))

    async def forget(self, name: str, region: str) -> None:
        """Forget the choices, proof and records of a name in a region."""

        def change(state: Json) -> None:
            for key in ("choices", "proofs", "records"):
                state[key] = [one for one in _listed(state, key) if not _is(one, name, region)]

        await self._change(change)

    async def proof(self, name: str, region: str) -> Proof | None:
        """The proof of a name in a region."""
        found = (one for one in _listed(await self._read(), "proofs") if _is(one, name, region))
        return next((proof_from(one) for one in found), None)

    async def save_proof(self, name: str, region: str, proof: Proof) -> None:
        """Remember a proof."""
        await self._change(lambda state: _put(state, "proofs", {"name": name, "region": region, **proof_to(proof)}))

    async def records_copy(self, name: str, region: str | None) -> dict[str, Any] | None:
        """The last seen records document; without a region the only or newest one."""
        found = [one for one in _listed(await self._read(), "records") if _is(one, name, region)]
        documents = [one["document"] for one in found if isinstance(one.get("document"), dict)]
        return max(documents, key=lambda one: str(one.get("seen_at", "")), default=None)

    async def save_records_copy(self, name: str, region: str, document: dict[str, Any]) -> None:
        """Remember a records document."""
        await self._change(lambda state: _put(state, "records", {"name": name, "region": region, "document": document}))

    async def theme(self) -> str:
        """The chosen theme; empty for none."""
        theme = (await self._read()).get("theme")
        return theme if isinstance(theme, str) else ""

    async def save_theme(self, theme: str) -> None:
        """Remember the theme."""
        await self._change(lambda state: state.update(theme=theme))

    async def _read(self) -> Json:
        return await self._directory.look(self._state)

    async def _change(self, change: Callable[[Json], None]) -> None:
        def work(directory: Path) -> None:
            state = self._state()
            if _schema(state) > SCHEMA:
                raise FailureError(_NEWER)
            state["schema"] = SCHEMA
            change(state)
            sweep_drafts(directory / FILE)
            write_atomically(directory / FILE, json.dumps(state, indent=1).encode(), 0o600)

        await self._directory.change(work)

    def _state(self) -> Json:
        directory = self._directory.for_reading()
        if directory is None:
            return {}
        try:
            with os.fdopen(open_plain(directory / FILE, os.O_RDONLY), "rb") as file:
                state = scrubbed(json.loads(file.read(_LONGEST)))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            raise FailureError(_UNREADABLE) from None
        if not isinstance(state, dict):
            raise FailureError(_UNREADABLE)
        return state


_NEWER = Failure(
    "state.read-only",
    "A newer seswizard wrote the state file; this one only reads it.",
    remedy="Upgrade seswizard, or set SESWIZARD_STATE_DIR to another directory.",
)
_UNREADABLE = Failure(
    "state.unreadable",
    "The state file cannot be read.",
    remedy="Move state.json out of the state directory; it holds choices only, and looking again finds the rest.",
)


def _schema(state: Json) -> int:
    schema = state.get("schema", SCHEMA)
    return schema if isinstance(schema, int) else SCHEMA + 1


def _listed(state: Json, key: str) -> list[Json]:
    found = state.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _is(one: Json, name: str, region: str | None) -> bool:
    return one.get("name") == name and (region is None or one.get("region") == region)


def _put(state: Json, key: str, new: Json) -> None:
    rest = [one for one in _listed(state, key) if not _is(one, new["name"], new["region"])]
    state[key] = [*rest, new]
