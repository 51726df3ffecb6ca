"""Which encoding a text file is in: decided over the whole file, never by guessing from its start."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from schema.errors import LoadError
from schema.words import say

_PIECE = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NO_TEXT = re.compile("[\x80-\x9f\ufffd\ue000-\uf8ff\uffff]|\u951f\u65a4\u62f7|[\xc3-\xc5][\x80-\xbf]|\xe2\u20ac")
"""What no text has: C1 controls, replacement and private characters, and UTF-8 that was read as something else."""
_HAN = "[\u3400-\u9fff]"
_STUCK = re.compile(f"[A-Za-z]{_HAN}(?!{_HAN})")
_TWO = re.compile(f"{_HAN}{{2}}")


def encoding_of(path: Path, given: str = "") -> str:
    """Name of the encoding: by byte order mark, else UTF-8 if all of it decodes, else as given, else GB18030.

    Raises LoadError, with the place of the first wrong byte, if it is none of them; and where GB18030 makes single
    Chinese characters behind Latin letters only, which is what it makes of Western European text.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    if given and not encoding:
        # a load's files need not all be in it, and what decodes as UTF-8 is UTF-8
        is_utf8 = b"\0" not in start and _first_wrong(path, "utf-8") is None
        return "utf-8" if is_utf8 else _checked(path, given)
    if not encoding and b"\0" in start:
        raise LoadError(say("{path} is no text file. Export it as CSV in UTF-8, or as .xlsx.", path=path.name))
    tried = [encoding] if encoding else ["utf-8", "gb18030"]
    wrong = [_first_wrong(path, name) for name in tried]
    for name, place in zip(tried, wrong, strict=True):
        if place is None:
            if name == "gb18030":
                _check_chinese(path)
            return name
    raise LoadError(
        say(
            "{path} is neither UTF-8 (wrong at byte {wrong}) nor GB18030 (wrong at byte {also}). "
            "Export it as CSV in UTF-8, or name its encoding, as --encoding big5.",
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


def what_no_text_has(path: Path, encoding: str) -> str:
    """The first line with what no text has, as it was decoded; empty if there is none."""
    with path.open(encoding=encoding, newline="") as file:
        for line in file:
            if not line.isascii() and _NO_TEXT.search(line):
                return line.strip()[:80]
    return ""


def _checked(path: Path, given: str) -> str:
    place = _first_wrong(path, given)
    if place is not None:
        raise LoadError(
            say(
                "{path} is not in {encoding} (wrong at byte {wrong}). Give the encoding that it is in, or leave "
                "--encoding out.",
                path=path.name,
                encoding=given,
                wrong=place,
            )
        )
    return given


def _check_chinese(path: Path) -> None:
    stuck = ""
    with path.open(encoding="gb18030", newline="") as file:
        for line in file:
            if _TWO.search(line):
                return
            stuck = stuck or ("" if not _STUCK.search(line) else line.strip()[:80])
    if stuck:
        raise LoadError(
            say(
                "{path} is not UTF-8, and read as Chinese (GB18030) it has {line!r}, which is no text. Name its "
                "encoding: --encoding cp1252 for Western Europe, --encoding gb18030 if it is Chinese.",
                path=path.name,
                line=stuck,
            )
        )
