"""Several people in one cell of a roster (王建国、李伟): a shift of its own for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from loaders.tabular.heads import bare_head
from loaders.tabular.made import Link, Made
from loaders.tabular.synonyms import is_post, link_named
from loaders.tabular.whole_rows import AGAIN
from schema.registry import EntityKind
from schema.relationships import HEADINGS, RelationshipKind
from schema.validation import masked

_BETWEEN = re.compile(r"[、，,\n]|[；;](?!\s*ext\s*=)|(?<=[\u3400-\u9fff\s])(?:[/／|]|和|及)(?=[\u3400-\u9fff\s])")
_ANYBODY = HEADINGS[RelationshipKind.WORKED_BY]
_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳上官司马司徒司空诸葛皇甫尉迟公孙慕容令狐宇文长孙夏侯东方端木百里东郭南宫西门呼延轩辕"
        "独孤南门申屠太史公冶澹台宗政濮阳淳于单于闻人赫连钟离万俟鲜于闾丘拓跋第五左丘",
    )
)
"""Surnames of two characters: what stands behind one of them is its given name."""
_NUMBER = re.compile(r"(?<=[\u3400-\u9fff])[\s/(（:：]*\+?\d[\d\-\s]{2,}(?:[；;]\s*ext\s*=\s*\d+)?[)）]?$")
"""A telephone number behind a name."""
_HAN = re.compile(r"[\u3400-\u9fff·]+")
LEAST = 7
"""Digits of a number that is nobody else's: short ones are a company's own."""


def _nobody(_: str) -> bool:
    """No text is known as an id."""
    return True


def people_in(text: str, is_of_nobody: Callable[[str], bool] = _nobody) -> list[str]:
    """The people that a cell names, apart. A blank stands between two names, or within one (孙 丽).

    A text is left as it is where it is an id of somebody: namesakes are told by theirs, which ends in a number.
    """
    if not is_of_nobody(text):
        return [text]
    found: list[str] = []
    for part in map(str.strip, _BETWEEN.split(text)):
        found += _by_blanks(_NUMBER.sub("", part)) if is_of_nobody(part) else [part]
    return found


def has_number(text: str) -> bool:
    """Whether a cell of people has a telephone number behind one of them."""
    return any(_NUMBER.search(part.strip()) for part in _BETWEEN.split(text))


def numbers_in(text: str) -> dict[str, str]:
    """Digits of the telephone number behind each name of a cell that has one: it tells namesakes apart."""
    found: dict[str, str] = {}
    for part in map(str.strip, _BETWEEN.split(text)):
        number = _NUMBER.search(part)
        names = _by_blanks(_NUMBER.sub("", part))
        digits = "".join(filter(str.isdecimal, number[0].partition("ext")[0])) if number else ""
        if len(digits) >= LEAST and len(names) == 1:
            found[names[0]] = digits
    return found


def without_numbers(text: str) -> str:
    """A cell of people with the last digits alone of the numbers behind their names: ids are no secret."""
    return _NUMBER.sub(lambda found: f" {masked(found[0])}", text) if has_number(text) else text


def _by_blanks(part: str) -> list[str]:
    words = part.split()
    if len(words) < 2 or not all(_HAN.fullmatch(word) for word in words):
        return [part] if part else []
    names: list[str] = []
    begun = ""
    for word in words:
        if begun or (names and len(word) == 1 and names[-1] in _SURNAMES):
            names[-1 if not begun else len(names) :] = [(begun or names[-1]) + word]
            begun = ""
        elif len(word) == 1:
            begun = word
        elif names and names[-1] in _SURNAMES:
            names[-1] += word
        else:
            names.append(word)
    if begun and names:
        names[-1] += begun
    return names or [begun]


def each_person(
    made: Sequence[Made], links: Sequence[Link], is_of_nobody: Callable[[str], bool] = _nobody
) -> tuple[list[Made], list[Link]]:
    """What a row makes, with a shift for each of its people: S1, S1~2, S1~3, each with all else that the row says."""
    people = [link for link in links if link.kind is RelationshipKind.WORKED_BY]
    columns: dict[str, list[Link]] = {}
    for link in people:
        for name in people_in(link.target, is_of_nobody):
            columns.setdefault(name, []).append(link)
    if made[0].kind is not EntityKind.SHIFT or not columns:
        return list(made), list(links)
    shift = made[0]
    others = [link for link in links if link.kind is not RelationshipKind.WORKED_BY]
    shifts: list[Made] = []
    found: list[Link] = []
    for place, (name, of) in enumerate(columns.items(), start=1):
        ident = shift.fields["id"] + (f"{AGAIN}{place}" if place > 1 else "")
        told = " ".join(filter(None, (shift.fields.get("name"), *(post_of(link.column) for link in of))))
        shifts.append(shift._replace(fields=shift.fields | {"id": ident} | ({"name": told} if told else {})))
        found += [of[0]._replace(source=ident, target=name), *(link._replace(source=ident) for link in others)]
    return [*shifts, *made[1:]], found


def post_of(head: str) -> str:
    """The post that a column of people names (值长); empty where it says only that they are on duty."""
    bare = bare_head(head)[0]
    return bare if is_post(bare) and link_named(EntityKind.SHIFT, bare) is None and bare != _ANYBODY else ""
