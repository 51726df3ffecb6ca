"""What is asked of what: a store, its requests, and both trees' answers one after the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from graphql import GraphQLSchema

from tests.compare.compared import Found, Outcome
from tests.compare.difference import Difference, What
from tests.compare.fields_asked import FieldsAsked
from tests.compare.operation import Answer, Operation
from tests.compare.schemas import Validity
from tests.compare.stores import NOW, Data
from tests.compare.tree import Tree

Step = Callable[[str, Operation], None]
"""Told before each request: which tree, which request."""


@dataclass(frozen=True, slots=True)
class Session:
    """Requests to one store, in their order. `before` is what the old tree does to the store first."""

    name: str
    data: Data
    operations: list[Operation]
    before: list[Operation]


class Comparison:
    """Two trees and all that is found about them. `folder` takes the stores' copies, `keep` the old answers to read."""

    def __init__(
        self, old: Tree, new: Tree, schemas: tuple[GraphQLSchema, GraphQLSchema], folder: Path, keep: Path | None = None
    ) -> None:
        self.old, self.new = old, new
        self.outcome = Outcome()
        self.fields = FieldsAsked(schemas[0])
        self._old_documents, self._new_documents = map(Validity, schemas)
        self._folder, self._keep = folder, keep

    def run(self, session: Session, step: Step) -> None:
        """Ask both trees, each on its own copy of the session's store, and compare."""
        self._check(session)
        place = self._folder / f"session-{session.name.replace(chr(32), chr(45))}"
        place.mkdir()
        store = session.data
        if session.before:
            store = replace(store, file=store.copied(place / "before.db"))
            list(_answers(self.old, store.file, session.before, step, new=False))
        first = list(_answers(self.old, store.copied(place / "old.db"), session.operations, step, new=False))
        for operation, pages in first:
            self.fields.note(operation, pages)
        if self._keep is not None:
            _keep(self._keep / session.name, first)
        askable = [operation for operation in session.operations if self._fits_new(session, operation)]
        answered = {operation.name: pages for operation, pages in first}
        for operation, pages in _answers(self.new, store.copied(place / "new.db"), askable, step, new=True):
            self.outcome.compare(named(session, operation), answered[operation.name], pages)

    def trouble(self, operation: Operation) -> str:
        """Why a request that ought to fit the old schema does not; empty if it does."""
        return self._old_documents.trouble(operation.query) if operation.valid and operation.query else ""

    def _check(self, session: Session) -> None:
        """A request that does not fit the old schema would prove nothing."""
        for operation in session.operations:
            if why := self.trouble(operation):
                raise ValueError(f"{operation.name} does not fit the old schema: {why}")

    def _fits_new(self, session: Session, operation: Operation) -> bool:
        """Whether the new tree can be asked; where it cannot, that is a difference."""
        if not operation.valid or not operation.query:
            return True
        why = self._new_documents.trouble(operation.new_query or operation.query)
        if why:
            difference = Difference(("document",), What.ONLY_OLD, operation.query, why)
            self.outcome.found.append(Found(named(session, operation), 1, difference))
        return not why


def named(session: Session, operation: Operation) -> Operation:
    """The request under a name that holds its session's."""
    return replace(operation, name=f"{session.name}: {operation.name}")


def numbered(operations: Iterable[Operation], only: str = "") -> list[Operation]:
    """Requests whose name holds `only`, with what they take from; a name that comes again gets a number."""
    counts: dict[str, int] = {}
    found = []
    for each in operations:
        counts[each.name] = counts.get(each.name, 0) + 1
        found.append(each if counts[each.name] == 1 else replace(each, name=f"{each.name} ~{counts[each.name]}"))
    wanted = [each for each in found if only in each.name]
    sources = {path[0] for each in wanted for path in each.takes.values()}
    return [each for each in found if only in each.name or each.name in sources]


def _answers(
    tree: Tree, store: Path, operations: list[Operation], step: Step, *, new: bool
) -> Iterator[tuple[Operation, list[Answer]]]:
    taken = {path[0] for each in operations for path in each.takes.values()}
    with tree.asked(store, NOW) as probe:
        for operation in operations:
            step(tree.name, operation)
            yield operation, probe.ask(operation, new=new, keep=operation.name in taken)


def _keep(folder: Path, answers: list[tuple[Operation, list[Answer]]]) -> None:
    """Write requests and answers down, a file per group, a request a line."""
    folder.mkdir(parents=True, exist_ok=True)
    groups: dict[str, list[str]] = {}
    for operation, pages in answers:
        request = operation.request(new=False, keep=False)
        shown = [{"status": each.status, "headers": each.headers, "body": _shown(each.body)} for each in pages]
        line = {"request": {key: value for key, value in request.items() if value}, "answers": shown}
        groups.setdefault(operation.group, []).append(json.dumps(line, ensure_ascii=False))
    for group, lines in groups.items():
        text = "\n".join([*lines, ""])
        (folder / f"{group.replace(' ', '-')}.jsonl").write_text(text, "utf-8", "backslashreplace")


def _shown(body: str) -> object:
    try:
        shown: object = json.loads(body)
    except ValueError:
        return body
    return shown
