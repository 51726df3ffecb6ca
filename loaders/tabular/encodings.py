"""Which encoding a text file is in: decided over the whole file, never by guessing from its start."""

from __future__ import annotations

import codecs
from pathlib import Path

from schema.errors import LoadError
from schema.words import say

_PIECE = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path) -> str:
    """Name of the encoding: by byte order mark, else UTF-8 if all of it decodes, else GB18030.

    Raises LoadError, with the place of the first wrong byte, if it is none of them.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    if not encoding and b"\0" in start:
        raise LoadError(say("{path} is no text file. Export it as CSV in UTF-8, or as .xlsx.", path=path.name))
    tried = [encoding] if encoding else ["utf-8", "gb18030"]
    wrong = [_first_wrong(path, name) for name in tried]
    for name, place in zip(tried, wrong, strict=True):
        if place is None:
            return name
    raise LoadError(
        say(
            "{path} is neither UTF-8 (wrong at byte {wrong}) nor GB18030 (wrong at byte {also}). "
            "Export it as CSV in UTF-8.",
            path=path.name,
            wrong=wrong[0],
            also=wrong[-1],
        )
        if not encoding
        else say(
            "{path} begins as {encoding} but is not (wrong at byte {wrong}). Export it again in UTF-8.",
            path=path.name,
            encoding=encoding,
            wrong=wrong[0],
        )
    )


def _first_wrong(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return max(0, done - waiting + error.start)
            if not piece:
                return None
            done += len(piece)
