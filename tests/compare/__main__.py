"""The command: see the package."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.compare.asking.everything import sessions_of
from tests.compare.operation import Operation
from tests.compare.report import examples, is_equal, report, summary
from tests.compare.schemas import changed, read_schema
from tests.compare.selections import Selections
from tests.compare.session import Comparison, Session, Step
from tests.compare.stores import Data, make_city, make_corner
from tests.compare.tree import Tree, TreeFailed


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; 0 if nothing differs, 1 if something does, 2 if a tree could not be asked."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="compare-") as scratch:
        try:
            return _compared(given, Path(scratch), console, began)
        except TreeFailed as error:
            console.print(str(error))
            return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.compare", description=__doc__)
    parser.add_argument("--old", type=Path, required=True, help="checkout before")
    parser.add_argument("--new", type=Path, required=True, help="checkout after")
    parser.add_argument("--old-python", default=sys.executable, help="Python of the old checkout; without it, this one")
    parser.add_argument("--new-python", default=sys.executable, help="Python of the new checkout; without it, this one")
    parser.add_argument("--report", type=Path, help="file for the whole report, Markdown")
    parser.add_argument("--keep", type=Path, help="folder for the old tree's answers, to read")
    parser.add_argument("--only", default="", help="ask only what has this text in its name, as impact/")
    parser.add_argument("--store", choices=["city", "corner"], help="ask only of this store")
    return parser


def _compared(given: argparse.Namespace, folder: Path, console: Console, began: float) -> int:
    old = _tree("old", given.old, given.old_python, folder, 1)
    new = _tree("new", given.new, given.new_python, folder, 2)
    stores = _stores(old, folder, given.store, console)
    schema, new_schema = (
        read_schema(tree, stores[-1].copied(folder / f"schema-{tree.name}.db")) for tree in (old, new)
    )
    comparison = Comparison(old, new, (schema, new_schema), folder, given.keep)
    asked = sessions_of(stores, Selections(schema), Selections(new_schema), given.only)
    sessions = [each for each in asked if each.operations]
    if not sessions:
        console.print(f"No operation has {given.only!r} in its name.")
        return 2
    for session in sessions:
        with _progress(console, session) as step:
            comparison.run(session, step)
    changes, seconds = changed(schema, new_schema), time.monotonic() - began
    if given.report is not None:
        given.report.write_text(report(comparison, changes, sessions, seconds), "utf-8", "backslashreplace")
    for line in [*summary(comparison, changes, sessions, seconds), *examples(comparison, changes)]:
        console.print(line)
    return 0 if is_equal(comparison, changes) else 1


def _tree(name: str, path: Path, python: str, folder: Path, hash_seed: int) -> Tree:
    scratch = folder / f"tree-{name}"
    scratch.mkdir()
    found = shutil.which(python)
    if found is None:
        raise TreeFailed(f"There is no Python {python}.")
    return Tree(name, path.resolve(), str(Path(found).absolute()), scratch, hash_seed)


def _stores(old: Tree, folder: Path, only: str | None, console: Console) -> list[Data]:
    made = []
    for name, make in (("city", make_city), ("corner", make_corner)):
        if only in (None, name):
            console.print(f"Making the store {name} with the old tree")
            made.append(make(old, folder))
    return made


@contextmanager
def _progress(console: Console, session: Session) -> Iterator[Step]:
    """A bar for a session, both trees in it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    total = 2 * len(session.operations) + len(session.before)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(session.name, total=total)

        def step(tree: str, operation: Operation) -> None:
            bar.update(task, advance=1, description=f"{session.name}, {tree} tree: {operation.group:14.14}")

        yield step


if __name__ == "__main__":
    sys.exit(main())
