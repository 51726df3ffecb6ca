"""What commands say about the files that they are to write."""

from __future__ import annotations

from pathlib import Path

from graph_api.errors import InvalidInput
from schema.words import say


def exists(path: Path) -> InvalidInput:
    """The error for a file that is there already."""
    text = say("{file} exists. Name another file, or write over it with --force.", file=str(path))
    return InvalidInput(text, file=str(path))
