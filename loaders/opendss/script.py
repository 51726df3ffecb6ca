"""OpenDSS scripts as statements: a verb and its parameters, in the order that OpenDSS takes them.

New Line.L1 bus1=a.1.2.3 bus2=b     ! a comment
~ length=(1.2) units=km             continues the object before
Redirect loads/all.dss              goes on there, and comes back
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from schema.errors import LoadError
from schema.words import say

Parameter = tuple[str, str]
"""Name, empty for one that is told by its place, and value."""
_CLOSE = {'"': '"', "'": "'", "(": ")", "[": "]", "{": "}"}
_WORD = re.compile(r"[^\s,=!]+")
_GAP = re.compile(r"[\s,]*")
_EQUALS = re.compile(r"\s*=\s*")
_CONTINUES = frozenset({"~", "more", "m"})
_GOES_ON = frozenset({"redirect", "compile"})
_MOST_FILES = 1_000
_LARGEST = 1 << 28
"""Bytes of one script."""


class Statement(NamedTuple):
    """One statement, where it stands, and what it says: verb in small letters; "more" continues the object before."""

    file: str
    line: int
    verb: str
    parameters: list[Parameter]


def statements(main: Path) -> Iterator[Statement]:
    """All statements of a script and of those that it redirects to, in the order of execution.

    Raises LoadError for a script that leads outside the folder of the first one, to itself, or to nothing.
    """
    yield from _Reader(main.resolve()).read(main.resolve(), ())


class _Reader:
    def __init__(self, main: Path) -> None:
        self._folder = main.parent
        self._files = 0

    def read(self, path: Path, above: tuple[Path, ...]) -> Iterator[Statement]:
        name = path.relative_to(self._folder).as_posix()
        self._files += 1
        if path in above or self._files > _MOST_FILES:
            raise LoadError(say("{file} is redirected to in a circle, or too often. Nothing was loaded.", file=name))
        for line, text in _lines(path, name):
            found = parameters(text)
            if not found:
                continue
            verb = found[0][1].casefold() if not found[0][0] else ""
            if verb in _GOES_ON and len(found) > 1:
                yield from self.read(self._target(path, name, line, found[1][1]), (*above, path))
            elif verb in _CONTINUES:
                yield Statement(name, line, "more", found[1:])
            else:
                yield Statement(name, line, verb, found[1:] if verb else found)

    def _target(self, path: Path, name: str, line: int, written: str) -> Path:
        relative = Path(written.replace("\\", "/"))
        target = _as_spelled(path.parent / relative).resolve()
        if not target.is_relative_to(self._folder):
            raise LoadError(
                say(
                    "{file}, line {line}: it redirects to {target}, outside the folder of the first script. Put all "
                    "scripts of the circuit into one folder. Nothing was loaded.",
                    file=name,
                    line=line,
                    target=written,
                )
            )
        if not target.is_file():
            raise LoadError(
                say("{file}, line {line}: there is no script {target}.", file=name, line=line, target=written)
            )
        return target


def _as_spelled(path: Path) -> Path:
    """The file of that name in whatever case: scripts come from systems that know none."""
    if path.exists() or not path.parent.is_dir():
        return path
    found = (each for each in path.parent.iterdir() if each.name.casefold() == path.name.casefold())
    return next(found, path)


def _lines(path: Path, name: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without blocks of comment."""
    if path.stat().st_size > _LARGEST:
        raise LoadError(say("{file} is larger than a script can be.", file=name))
    content = path.read_bytes()
    if b"\0" in content[:4096]:
        raise LoadError(say("{file} is no text file, and no OpenDSS script.", file=name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if inside or line.startswith("/*"):
            inside = "*/" not in line
        else:
            yield number, line


def parameters(text: str) -> list[Parameter]:
    """The parameters of a line: `a b=c (d e)` is a, c called b, and d e. What stands behind ! or // is a comment."""
    found: list[Parameter] = []
    at = 0
    while True:
        at = _end(_GAP, text, at)
        if at >= len(text) or text[at] == "!" or text.startswith("//", at):
            return found
        first, at = _token(text, at)
        behind = _end(_EQUALS, text, at)
        if behind > at:
            value, at = _token(text, behind) if behind < len(text) and text[behind] != "!" else ("", behind)
            found.append((first.casefold(), value))
        else:
            found.append(("", first))


def parts(value: str) -> list[str]:
    """The values of an array."""
    return [each for each in re.split(r"[\s,|\"']+", value.strip(" ([{\"'}])")) if each]


def _token(text: str, at: int) -> tuple[str, int]:
    close = _CLOSE.get(text[at])
    if close is not None:
        end = text.find(close, at + 1)
        return (text[at + 1 :], len(text)) if end < 0 else (text[at + 1 : end], end + 1)
    found = _WORD.match(text, at)
    if found is None:
        return "", at + 1
    return found[0], found.end()


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
