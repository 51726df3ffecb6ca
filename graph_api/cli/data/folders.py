"""What a folder holds that is loaded by itself: the script of an OpenDSS circuit, or the one JSON file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from graph_api.errors import InvalidInput
from loaders.source import is_linked_out
from loaders.tabular.reader import TABLES
from schema.words import say

_REDIRECTS = re.compile(r"^\s*(?:redirect|compile)\s+[\"'(\[{]?([^\"')\]}!\n]+)", re.IGNORECASE | re.MULTILINE)
_CIRCUIT = re.compile(r"^\s*new\s+(?:object\s*=\s*)?circuit\.", re.IGNORECASE | re.MULTILINE)
_BESIDE = frozenset({".csv", ".txt"})
"""Tables that stand beside scripts of OpenDSS, as places of buses and shapes of loads."""


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
