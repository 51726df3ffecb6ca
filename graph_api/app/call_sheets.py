"""Call sheets on disk (应急联络表): who is to be called can be read there where nothing else is left.

Of each open incident one, written anew whenever something is recorded of it; what is closed is taken away, as the
sheets hold numbers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from graph_api.errors import BaodianError, InvalidInput
from graph_api.exports.incident_table import Answer, call_page
from graph_api.exports.printing import as_pdf
from graph_api.exports.sheets import Sheet, as_csv
from graph_api.live.graph import LiveGraph
from graph_api.live.waiting import changed_or_due
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.duty.calling import Call, call_sheet, calls_of
from graph_api.services.duty.decomposition import ResponsibilityForm, decomposition
from graph_api.services.duty.responsibility import Responsibilities
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.room import Told, open_incidents
from graph_api.services.incident.subjects import subjects_of
from graph_api.stores.contract import Clock
from graph_api.whole_file import PRIVATE, whole
from schema.incident import Incident
from schema.people import Contact
from schema.words import Language, say, speaking, text_of

log = logging.getLogger(__name__)

WAIT_S = 30.0
REST_S = 2.0
"""Least time between two rounds: changes that come close together are written once."""
SUFFIXES = (".pdf", ".csv")
_PREFIX = "call-sheet-"


class CallSheets:
    """Follows the graph; what cannot be written is tried again with the next change, and after a while."""

    def __init__(
        self, live: LiveGraph, clock: Clock, folder: Path, language: Language, head: Callable[[], str] = str
    ) -> None:
        """`head`: of the audit, which stands at the foot of each sheet."""
        self._live, self._clock, self._folder, self._language = live, clock, folder, language
        self._head = head
        self._written: dict[str, object] = {}
        """By name of the sheet, what it was written of."""

    async def run(self) -> None:
        """Round after round; never ends."""
        while True:
            model = self._live.pin()
            try:
                await asyncio.to_thread(self.once, model)
            except (BaodianError, OSError) as error:
                log.error("call sheets could not be written to %s: %s", self._folder, error)
            except Exception:
                log.exception("call sheets could not be written")
            await asyncio.sleep(REST_S)
            await changed_or_due(self._live, model, WAIT_S, self._clock())

    def once(self, model: ReadModel) -> int:
        """Write what is missing or old, take away what is closed; how many sheets were written. Raises OSError."""
        wanted = {self._name(model, each): each for each in open_incidents(model)}
        written = 0
        for name, each in wanted.items():
            said = each.state.entry_count if each.state else 0
            stands = all((self._folder / f"{name}{suffix}").exists() for suffix in SUFFIXES)
            if self._written.get(name) != said or not stands:
                self._write(name, _page(model, each, self._clock(), self._language, self._head()))
                self._written[name] = said
                written += 1
        for file in self._folder.glob(f"{_PREFIX}*"):
            if file.suffix in SUFFIXES and file.stem not in wanted:
                file.unlink(missing_ok=True)
        return written

    def _write(self, name: str, sheet: Sheet) -> None:
        with speaking(self._language):
            contents = (as_pdf([sheet]), as_csv(sheet))
        for suffix, content in zip(SUFFIXES, contents, strict=True):
            with whole(self._folder / f"{name}{suffix}", PRIVATE) as draft:
                draft.write_bytes(content)

    def _name(self, model: ReadModel, each: Told) -> str:
        incident = model.graph.get(Incident, each.incident)
        return f"{_PREFIX}{'exercise-' if incident.exercise else ''}{incident.number}"


def _page(model: ReadModel, each: Told, now: datetime, language: Language, head: str) -> Sheet:
    with speaking(language):
        incident = model.graph.get(Incident, each.incident)
        calls = [_answer(model.graph, call) for call in _calls(model, each, now)]
        return call_page(calls, tuple(map(text_of, _remarks(incident, each, now))), head)


def _remarks(incident: Incident, each: Told, now: datetime) -> Iterator[str]:
    if incident.exercise:
        yield say("EXERCISE, nothing of it is real.")
    title = incident.name if each.state is None else each.state.title
    at = f"{now.astimezone():%Y-%m-%d %H:%M %z}"
    yield say("{number} {title}; as of {at}.", number=incident.number, title=title, at=at)


def _calls(model: ReadModel, each: Told, now: datetime) -> list[Call]:
    """In the order of need; of who answers for what is known, where nobody is known to be hit."""
    try:
        impact = None if each.state is None else impact_of(model, each.state, now)
    except InvalidInput:
        impact = None
    if impact is not None:
        return call_sheet(impact)
    things = subjects_of(model, [model.graph.id(each.incident)], now)
    return calls_of(model.graph, decomposition(Responsibilities(model, now), things, ResponsibilityForm.GROUPS))


def _answer(graph: Snapshot, call: Call) -> Answer:
    """A call as the API tells it."""
    number = None if call.number is None else {"value": graph.get(Contact, call.number).value}
    return {
        "person": _thing(graph, call.person),
        "group": _thing(graph, call.group),
        "number": number,
        "deadline": None if call.deadline is None else call.deadline.isoformat(),
        "gap": None if call.gap is None else call.gap.value,
        "tasks": [
            {"role": each.role.value, "about": _thing(graph, each.about), "transferByHand": each.transfer_by_hand}
            for each in call.tasks
        ],
    }


def _thing(graph: Snapshot, index: Thing | None) -> Answer | None:
    return None if index is None else {"id": graph.id(index), "name": graph.name(index)}
