"""Several people in one cell of a roster (王建国、李伟): a shift of its own for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.tabular.collect import Link, Made
from loaders.tabular.whole_rows import AGAIN
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

_BETWEEN = re.compile(r"[、，,；;\n]|(?<=[\u3400-\u9fff\s])(?:[/／|]|和|及)(?=[\u3400-\u9fff\s])")
_HAN = re.compile(r"[\u3400-\u9fff·]+")


def people_in(text: str) -> list[str]:
    """The people that a cell names, apart. A blank stands between two names, or within one (孙 丽)."""
    return [name for part in _BETWEEN.split(text) for name in _by_blanks(part.strip())]


def _by_blanks(part: str) -> list[str]:
    words = part.split()
    if len(words) < 2 or not all(_HAN.fullmatch(word) for word in words):
        return [part] if part else []
    names: list[str] = []
    single = False
    for word in words:
        if single and len(word) == 1:
            names[-1] += word
            single = False
        else:
            names.append(word)
            single = len(word) == 1
    return names


def each_person(made: Sequence[Made], links: Sequence[Link]) -> tuple[list[Made], list[Link]]:
    """What a row makes, with a shift for each of its people: S1, S1~2, S1~3, each with all else that the row says."""
    people = [link for link in links if link.kind is RelationshipKind.WORKED_BY]
    names = list(dict.fromkeys(name for link in people for name in people_in(link.target)))
    if made[0].kind is not EntityKind.SHIFT or not names:
        return list(made), list(links)
    shift, column = made[0], people[0]
    others = [link for link in links if link.kind is not RelationshipKind.WORKED_BY]
    shifts: list[Made] = []
    found: list[Link] = []
    for place, name in enumerate(names, start=1):
        ident = shift.fields["id"] + (f"{AGAIN}{place}" if place > 1 else "")
        shifts.append(shift._replace(fields=shift.fields | {"id": ident}))
        found += [column._replace(source=ident, target=name), *(link._replace(source=ident) for link in others)]
    return [*shifts, *made[1:]], found
