"""ZIP archives of a load: what they hold, once it is sure that unpacking does no harm."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from schema.errors import LoadError
from schema.system_reasons import reason
from schema.words import say

ARCHIVES = frozenset({".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz"})
UNPACKED_BYTES = 4 << 30
"""Most that one archive may hold, unpacked."""
RATIO, SMALL = 200, 50 << 20
"""Over `SMALL` bytes a member that shrank to less than one part in RATIO is no XML but a trap: CIM shrinks to 1/30."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading a damaged archive raises."""
_UTF8, _ENCRYPTED = 0x800, 1


def entries_of(path: Path) -> list[zipfile.ZipInfo]:
    """Files that an archive holds, without what file managers leave behind.

    Raises LoadError for an archive that cannot be trusted: nested, encrypted, too large unpacked, with a member that
    names a place outside it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)]
    except OSError as error:
        raise LoadError(
            say("{path}: {what}. Check the path and its permissions.", path=path, what=reason(error))
        ) from error
    except BROKEN as error:
        raise damaged(path.name, error) from error
    for entry in entries:
        _check(path, entry)
    if sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise too_large(path)
    return entries


def shown_name(entry: zipfile.ZipInfo) -> str:
    """Name of a member as its maker saw it: archives made on Chinese Windows have it in GBK without saying so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _litter(name: str) -> bool:
    """Whether a member is what file managers leave behind."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith((".", "~$"))


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
    elif entry.flag_bits & _ENCRYPTED:
        reason = say(
            "{archive}: {member!r} is encrypted. Unpack it with its password, then load the files.",
            archive=path.name,
            member=entry.filename,
        )
    elif entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise too_large(path)
    else:
        return
    raise LoadError(reason, file=path.name)


def too_large(path: Path) -> LoadError:
    """Why an archive is not unpacked that grows too much."""
    return LoadError(
        say(
            "{archive} would unpack to more than such an archive can honestly hold (a zip bomb?). Nothing of it was "
            "read; if it is a true one, unpack it yourself and load the files.",
            archive=path.name,
        ),
        file=path.name,
    )


def damaged(name: str, error: Exception) -> LoadError:
    """Why an archive cannot be read."""
    return LoadError(
        say("{archive} is damaged or no ZIP archive ({what}). Copy or export it again.", archive=name, what=error),
        file=name,
    )
