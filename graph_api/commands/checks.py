"""Checks (校验): what every command asks of the fields it was given."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from graph_api.commands.edits import Problem, Problems
from graph_api.errors import ErrorCode
from graph_api.readmodel.snapshot import Snapshot
from schema.calendar import YEARS, is_in_range
from schema.personal_texts import may_be_personal
from schema.registry import EntityKind
from schema.unseen import escaped, first_unseen
from schema.words import say

MOST_TEXT = 100
"""Characters of a name or source."""
BETWEEN = " / "
"""Stands between whose act it is and who reported it."""
_SHOWN = 60


@dataclass(slots=True)
class Checks:
    """Collects what is wrong with a command."""

    graph: Snapshot
    found: list[Problem] = field(default_factory=list)

    @property
    def problems(self) -> Problems:
        """All that was found so far, in the order of the checks."""
        return tuple(self.found)

    def refuse(self, name: str, message: str, code: ErrorCode = ErrorCode.BAD_INPUT) -> None:
        """Note a problem with a field of the input (`name` as the API spells it, `covers.0` for an item)."""
        self.found.append(Problem(code=code, path=("input", *name.split(".")), message=message))

    def thing(self, name: str, entity_id: str, what: str) -> int | None:
        """Index of a thing that must be there."""
        index = self.graph.find(entity_id)
        if index is None:
            message = say(
                "Nothing has the id {id}. Look {what} up with `search` and send its `id`.",
                id=shown(entity_id),
                what=what,
            )
            self.refuse(name, message, ErrorCode.UNKNOWN_ENTITY)
        return index

    def of_kind(self, name: str, entity_id: str, kind: EntityKind, what: str) -> int | None:
        """Index of a thing that must be there and be of a kind."""
        index = self.thing(name, entity_id, what)
        if index is not None and self.graph.kind(index) is not kind:
            self.refuse(
                name,
                say(
                    "{thing} is no {kind}. Send the id of {what}.", thing=self.called(index), kind=kind.label, what=what
                ),
            )
            return None
        return index

    def text(self, name: str, value: str) -> None:
        """A text that must say something."""
        if not value.strip():
            self.refuse(name, say("This must not be empty."))
        elif len(value) > MOST_TEXT or any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
            self.refuse(name, say("This must be one line of at most {most} characters.", most=MOST_TEXT))
        else:
            self._all_seen(name, first_unseen(value))

    def signed(self, name: str, value: str) -> None:
        """Whose act it is: one name, or two where somebody acted for another."""
        for each in value.split(BETWEEN, 1):
            self.text(name, each)

    def public(self, name: str, value: str) -> None:
        """A text that everybody reads: it must say something, and hold no telephone number or mailbox."""
        self.text(name, value)
        if may_be_personal(value):
            self.refuse(name, say("Everybody reads this: put telephone numbers into `note`, where they are masked."))

    def words(self, name: str, value: str, most: int) -> None:
        """A text of several lines that must say something."""
        if not value.strip():
            self.refuse(name, say("This must not be empty."))
        elif len(value) > most or any(unicodedata.category(char) in {"Cc", "Cs"} for char in value if char != "\n"):
            self.refuse(name, say("This must be at most {most} characters, without control characters.", most=most))
        else:
            self._all_seen(name, first_unseen(value))

    def new_id(self, name: str, value: str) -> None:
        """An id that something new is to have."""
        self._all_seen(name, first_unseen(value, joiners=True))

    def _all_seen(self, name: str, unseen: str) -> None:
        if unseen:
            self.refuse(name, say("It holds a character that nobody sees ({unseen}); type it anew.", unseen=unseen))

    def moment(self, name: str, value: datetime | None) -> bool:
        """A time that can be meant."""
        if value is not None and not is_in_range(value):
            self.refuse(
                name, say("Send a time in the years {first} to {last}, or none.", first=YEARS[0], last=YEARS[1])
            )
            return False
        return True

    def called(self, index: int) -> str:
        """A thing as a message names it."""
        entity = self.graph.entity(index)
        return f"{type(entity).zh} {entity.name or entity.id}"


def shown(entity_id: str) -> str:
    """An id as a message repeats it, however long it is."""
    text = entity_id if len(entity_id) <= _SHOWN else f"{entity_id[:_SHOWN]}…"
    return f"'{escaped(text)}'"
