"""The texts of a load: XML files and the members of archives. Nothing is unpacked to disk; sizes are bounded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from loaders.archives import BROKEN, damaged, entries_of
from schema.errors import LoadError
from schema.system_reasons import reason
from schema.words import say

XML_SUFFIXES = frozenset({".xml", ".rdf"})


@dataclass(frozen=True, slots=True)
class Part:
    """One XML text: file `place` of the load, or a member of it; `name` is what people are shown."""

    name: str
    path: Path
    place: int
    member: str = ""

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes, as a stream. Raises LoadError if the file or archive cannot be read."""
        try:
            if not self.member:
                with self.path.open("rb") as file:
                    yield file
                return
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as packed:
                yield packed  # type: ignore[misc]
        except OSError as error:
            raise LoadError(
                say("{path}: {what}. Check the path and its permissions.", path=self.path, what=reason(error))
            ) from error
        except BROKEN as error:
            raise damaged(self.name, error) from error


def parts_of(files: Sequence[Path]) -> tuple[list[Part], list[tuple[Part, str]]]:
    """All texts of the files in order, and members of archives that are not read, each with the reason.

    Raises LoadError for an archive that cannot be trusted: nested, encrypted, too large unpacked, with a member that
    names a place outside it.
    """
    parts: list[Part] = []
    unread: list[tuple[Part, str]] = []
    for place, path in enumerate(files):
        if path.suffix.lower() == ".zip":
            for part in _members(path, place):
                if PurePosixPath(part.member).suffix.lower() in XML_SUFFIXES:
                    parts.append(part)
                else:
                    unread.append((part, say("no .xml or .rdf, so not read")))
        else:
            parts.append(Part(path.name, path, place))
    return parts, unread


def _members(path: Path, place: int) -> list[Part]:
    entries = entries_of(path)
    if not any(PurePosixPath(entry.filename).suffix.lower() in XML_SUFFIXES for entry in entries):
        raise LoadError(say("{archive} holds no CIM file (.xml or .rdf).", archive=path.name), file=path.name)
    return [Part(f"{path.name}/{entry.filename}", path, place, entry.filename) for entry in entries]
