"""The texts of a load: XML files and the members of archives. Nothing is unpacked to disk; sizes are bounded."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from schema.errors import LoadError
from schema.words import say

XML_SUFFIXES = frozenset({".xml", ".rdf"})
ARCHIVES = frozenset({".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz"})
UNPACKED_BYTES = 4 << 30
"""Most that one archive may hold, unpacked."""
RATIO, SMALL = 200, 50 << 20
"""Over `SMALL` bytes a member that shrank to less than one part in RATIO is no XML but a trap: CIM shrinks to 1/30."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


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
                say("{path}: {what}. Check the path and its permissions.", path=self.path, what=error.strerror or error)
            ) from error
        except _BROKEN as error:
            raise _damaged(self.name, error) from error


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
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
    except OSError as error:
        raise LoadError(
            say("{path}: {what}. Check the path and its permissions.", path=path, what=error.strerror or error)
        ) from error
    except _BROKEN as error:
        raise _damaged(path.name, error) from error
    for entry in entries:
        _check(path, entry)
    if sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise _too_large(path)
    if not any(PurePosixPath(entry.filename).suffix.lower() in XML_SUFFIXES for entry in entries):
        raise LoadError(say("{archive} holds no CIM file (.xml or .rdf).", archive=path.name), file=path.name)
    return [Part(f"{path.name}/{entry.filename}", path, place, entry.filename) for entry in entries]


def _litter(name: str) -> bool:
    """Whether a member is what file managers leave behind."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _check(path: Path, entry: zipfile.ZipInfo) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        reason = say(
            "{archive} holds {member!r}, a path that leads outside the archive: such an archive is made to overwrite "
            "files. Nothing of it was read; ask its sender for a clean one.",
            archive=path.name,
            member=entry.filename,
        )
    elif name.suffix.lower() in ARCHIVES:
        reason = say(
            "{archive} holds another archive, {member!r}. Unpack the outer one, then load the folder.",
            archive=path.name,
            member=entry.filename,
        )
    elif entry.flag_bits & 1:
        reason = say(
            "{archive}: {member!r} is encrypted. Unpack it with its password, then load the files.",
            archive=path.name,
            member=entry.filename,
        )
    elif entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise _too_large(path)
    else:
        return
    raise LoadError(reason, file=path.name)


def _too_large(path: Path) -> LoadError:
    return LoadError(
        say(
            "{archive} would unpack to more than such an archive can honestly hold (a zip bomb?). Nothing of it was "
            "read; if it is a true model, unpack it yourself and load the files.",
            archive=path.name,
        ),
        file=path.name,
    )


def _damaged(name: str, error: Exception) -> LoadError:
    return LoadError(
        say("{archive} is damaged or no ZIP archive ({what}). Copy or export it again.", archive=name, what=error),
        file=name,
    )
