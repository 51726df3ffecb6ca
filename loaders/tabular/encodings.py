"""Which encoding a text file is in: decided over the whole file, never by guessing from its start."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from schema.errors import LoadError
from schema.words import say

_PIECE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = re.compile("[\x80-\x9f\ufffd\ue000-\uf8ff\uffff]|\u951f\u65a4\u62f7|[\xc3-\xc5][\x80-\xbf]|\xe2\u20ac")
"""What no text has: C1 controls, replacement and private characters, and UTF-8 that was read as something else."""
_SHIFTED = re.compile(rb"\x1b\$[@B]")
"""How ISO-2022-JP begins what is no ASCII."""
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_COMMON, _SURE, _KANA = 0.8, 0.9, 8
"""Share of everyday characters in Chinese text, in text of the right encoding; one in so many is kana in Japanese."""
_MANY, _FEW_ZEROS, _CUT = 4, 20, 3
"""Chinese characters that are no chance; one byte in so many is a stray zero; bytes of a character that is cut off."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_SAMPLE, _SHOWN, _LAST_COMMON = 4_000, 80, 0xC6
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
    if not encoding and _SHIFTED.search(start):
        raise LoadError(
            say(
                "{path} is not UTF-8; read as {encoding} it has {line!r}. Say it: --encoding {encoding}.",
                path=path.name,
                encoding="iso2022_jp",
                line=_first_line(path, "iso2022_jp")[0],
            )
        )
    if not encoding and b"\0" in start:
        _check_zeros(path, start)
        encoding = _wide(path, start)
        if encoding:
            return encoding
        raise LoadError(say("{path} is no text file. Export it as CSV in UTF-8, or as .xlsx.", path=path.name))
    tried = [encoding] if encoding else ["utf-8", "gb18030"]
    wrong = [_first_wrong(path, name) for name in tried]
    if not encoding and wrong[0] is not None:
        _check_broken(path, wrong[0])
    for name, place in zip(tried, wrong, strict=True):
        if place is None:
            if name == "gb18030":
                _check_chinese(path)
            return name
    if not encoding and (found := _small(path)):
        raise _may_be(path, found, wrong)
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


def _check_zeros(path: Path, start: bytes) -> None:
    """Refuse text with a zero byte here and there, which is no UTF-16: that has one in each comma and line end."""
    rest = start.replace(b"\0", b"").decode("utf-8", "ignore")
    few = start.count(0) * _FEW_ZEROS < len(start)
    if few and len(rest.encode()) + start.count(0) + _CUT >= len(start):
        row = 1 + start[: start.index(0)].count(b"\n")
        raise LoadError(
            say("{path} has a zero byte (NUL) in line {row}. Take it out, or export the file again.", path=path.name,
                row=row)
        )  # fmt: skip


def _check_broken(path: Path, place: int) -> None:
    """Refuse UTF-8 that is broken somewhere: so much Chinese before that place decodes in no other encoding."""
    with path.open("rb") as file:
        before = file.read(min(place, _PIECE)).decode("utf-8", "ignore")
        file.seek(0)
        row = 1 + sum(file.read(min(_PIECE, place - at)).count(b"\n") for at in range(0, place, _PIECE))
    if len(_CHINESE.findall(before)) >= _MANY:
        raise LoadError(
            say(
                "{path} is UTF-8 up to line {row}, where a byte is in another encoding (byte {wrong}). Correct that "
                "line, or export the file again in UTF-8.",
                path=path.name,
                row=row,
                wrong=place,
            )
        )


def _wide(path: Path, start: bytes) -> str:
    """UTF-16 without a mark: which of the two it is by where the zeros of its Latin characters stand; "" for none."""
    name = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    if len(start) % 2 or _first_wrong(path, name) is not None or _CONTROLS.search(start.decode(name)):
        return ""
    return name


def _check_other(path: Path) -> None:
    """Refuse what is more likely Big5 or Shift-JIS: as Chinese nearly all bytes of theirs are rare characters."""
    line, as_chinese = _first_line(path, "gb18030")
    if not as_chinese:
        return
    others = _OTHERS if _share(as_chinese, "gb2312") < _COMMON else _NEAR
    for name, common in others.items():
        if _first_wrong(path, name) is not None:
            continue
        other, text = _first_line(path, name)
        if common(text):
            raise LoadError(
                say(
                    "{path} is not UTF-8. Read as GB18030 it begins {line!r}, read as {encoding} {other!r}. Say which "
                    "it is: --encoding {encoding}, or --encoding gb18030.",
                    path=path.name,
                    line=line,
                    encoding=name,
                    other=other,
                )
            )


def _first_line(path: Path, encoding: str) -> tuple[str, str]:
    """The first line with something beside ASCII, and all such characters near the start."""
    first, found = "", ""
    with path.open(encoding=encoding, newline="") as file:
        for line in file:
            if line.isascii():
                continue
            first = first or line.strip()[:_SHOWN]
            found += "".join(char for char in line if char > "\x7f")
            if len(found) > _SAMPLE:
                break
    return first, found


def _share(text: str, encoding: str) -> float:
    """The share of characters that a smaller encoding of everyday characters has."""
    return sum(1 for char in text if char.encode(encoding, "ignore")) / len(text)


def _is_traditional(text: str) -> bool:
    """Whether nearly all characters stand in the first plane of Big5, that of common ones."""
    codes = [char.encode("cp950", "ignore") for char in text]
    return sum(1 for code in codes if code and code[0] <= _LAST_COMMON) >= _SURE * len(text)


def _is_japanese(text: str) -> bool:
    """Whether kana are among its characters, and nearly all others are Japanese."""
    kana = sum(1 for char in text if "\u3041" <= char <= "\u30fe")
    return kana * _KANA >= len(text) and _share(text, "shift_jis") >= _SURE


def _is_korean(text: str) -> bool:
    """Whether it is Hangul alone: what is Chinese in GB18030 reads as Hangul and Chinese characters mixed."""
    letters = [char for char in text if char.isalpha()]
    chinese = text.encode("cp949").decode("gb18030", "ignore")
    if _HEADS.search(chinese):
        return False
    return len(letters) >= _KANA and all("\uac00" <= char <= "\ud7a3" for char in letters)


_HEADS = re.compile("编号|名称|备注|电话|单位|班次|号码|日期|部门|标识|客户|馈线|线路|姓名|电压")
"""Words of heads, by which a short list is Chinese for sure."""
_OTHERS: dict[str, Callable[[str], bool]] = {"cp932": _is_japanese, "big5": _is_traditional, "euc_jp": _is_japanese}
"""Encodings that decode as GB18030 by chance, and how their own text is told."""
_NEAR: dict[str, Callable[[str], bool]] = {"cp949": _is_korean, "euc_jp": _is_japanese}
"""Those whose texts are everyday characters there."""
_CENTRAL = "ŠšŤťŽžŹźŚśŁłĄąŞşŻżĽľŔŕÁáÂâĂăÄäĹĺĆćÇçČčÉéĘęËëĚěÍíÎîĎďĐđŃńŇňÓóÔôŐőÖöŘřŮůÚúŰűÜüÝýŢţß"
"""Letters of Polish, Czech, Slovak, Hungarian, Romanian, Croatian and German."""
_SMALL = {
    "cp1251": re.compile("[\u0400-\u04ff]+"),
    "koi8-r": re.compile("[\u0410-\u0451]+"),
    "cp1253": re.compile("[\u0370-\u03ff]+"),
    "cp1250": re.compile(f"[A-Za-z{_CENTRAL}]*[A-Za-z][A-Za-z{_CENTRAL}]*"),
    "cp1252": re.compile("[A-Za-z\xc0-\xff\u0152-\u0178]*[A-Za-z][A-Za-z\xc0-\xff\u0152-\u0178]*"),
}
"""Encodings of one byte a character, and what a word with a character beyond ASCII is in their languages."""
_WORD = re.compile(r"[^\W\d_]+")


def _small(path: Path) -> list[tuple[str, str]]:
    """Encodings of one byte a character in which every word is one of a language, each with a line so read."""
    found = []
    for name, of_language in _SMALL.items():
        if _first_wrong(path, name) is not None:
            continue
        line, _ = _first_line(path, name)
        words = [word for word in _WORD.findall(line) if not word.isascii()]
        if words and all(map(of_language.fullmatch, words)):
            found.append((name, line))
    return found


def _may_be(path: Path, found: Sequence[tuple[str, str]], wrong: Sequence[int | None]) -> LoadError:
    return LoadError(
        say(
            "{path} is neither UTF-8 (wrong at byte {wrong}) nor GB18030 (wrong at byte {also}). It may be: "
            "{readings}. Say which, as --encoding {encoding}, or name the encoding that it is in.",
            path=path.name,
            wrong=wrong[0],
            also=wrong[-1],
            readings="; ".join(f"{name} ({line!r})" for name, line in found),
            encoding=found[0][0],
        )
    )


def _check_chinese(path: Path) -> None:
    _check_other(path)
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
