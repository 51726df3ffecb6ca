"""What a folder holds that is loaded by itself: the script of an OpenDSS circuit, the one JSON file; and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph_api.errors import InvalidInput
from loaders.report import FileAccount
from loaders.source import Reading, Source, is_linked_out
from loaders.tabular.reader import TABLES
from schema.batch import GraphBatch
from schema.registry import EntityKind
from schema.words import say

_REDIRECTS = re.compile(r"^\s*(?:redirect|compile)\s+[\"'(\[{]?([^\"')\]}!\n]+)", re.IGNORECASE | re.MULTILINE)
_CIRCUIT = re.compile(r"^\s*new\s+(?:object\s*=\s*)?circuit\.", re.IGNORECASE | re.MULTILINE)
_BESIDE = frozenset({".csv", ".txt"})
"""Tables that stand beside scripts of OpenDSS, as places of buses and shapes of loads."""


class ModelOfFolder:
    """A model that a folder was named for, as a Source; what else lies there is told as not read."""

    def __init__(self, model: Source, folder: Path) -> None:
        self._model = model
        self._left = _left(folder, model.files)
        self.system, self.mapping, self.files = model.system, model.mapping, model.files

    def covers(self) -> frozenset[EntityKind]:
        """See Source.covers."""
        return self._model.covers()

    def of_columns(self) -> frozenset[EntityKind]:
        """See Source.of_columns."""
        return self._model.of_columns()

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """See Source.batches."""
        yield from self._model.batches(reading)
        reading.report.accounts += self._left


def _left(folder: Path, read: Sequence[Path]) -> list[FileAccount]:
    items = [item for item in sorted(folder.iterdir()) if item.is_file() and not item.name.startswith((".", "~$"))]
    used = {path.resolve() for path in _with_named(read, items)}
    return [FileAccount(file=item.name, not_read=_why(item)) for item in items if item.resolve() not in used]


def _with_named(read: Sequence[Path], items: Sequence[Path]) -> Sequence[Path]:
    """Files of a model, and of the folder's those that its scripts name."""
    found = list(read)
    for script in (each for each in found if each.suffix.lower() == ".dss"):
        text = script.read_text("utf-8", errors="replace").casefold()
        found += [item for item in items if item not in found and _names(text, item.name.casefold())]
    return found


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None


def _why(item: Path) -> str:
    if is_linked_out(item, item.parent):
        return say("a link that leads out of the folder is not followed")
    return say("no part of the model that the folder was loaded as; load it by its name, if it is data")


def file_of(folder: Path) -> Path:
    """The file that a folder of one model is loaded by; the folder itself where it holds something else.

    Raises InvalidInput for a folder with several of them.
    """
    files = [item for item in sorted(folder.iterdir()) if item.is_file() and not is_linked_out(item, folder)]
    suffixes = {item.suffix.lower() for item in files}
    if suffixes & (TABLES - _BESIDE):
        return folder
    if scripts := [item for item in files if item.suffix.lower() == ".dss"]:
        return _master(folder, scripts)
    if suffixes & (TABLES | {".xml", ".rdf", ".zip"}):
        return folder
    return _only(folder, [item for item in files if item.suffix.lower() == ".json"])


def _master(folder: Path, scripts: Sequence[Path]) -> Path:
    """The script that makes the circuit, and that no other redirects to."""
    texts = {item: item.read_text("utf-8", errors="replace") for item in scripts}
    named = {
        Path(found.strip().replace("\\", "/")).name.casefold()
        for text in texts.values()
        for found in _REDIRECTS.findall(text)
    }
    first = [item for item in scripts if item.name.casefold() not in named]
    makes = [item for item in first if _CIRCUIT.search(texts[item])]
    return _only(folder, makes or first or scripts)


def _only(folder: Path, files: Sequence[Path]) -> Path:
    if len(files) > 1:
        raise InvalidInput(
            say(
                "The folder {folder} holds several models: {files}. Load one of them, by its name.",
                folder=folder.name,
                files=", ".join(item.name for item in files),
            )
        )
    return files[0] if files else folder
