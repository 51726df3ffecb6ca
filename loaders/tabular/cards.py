"""vCards (.vcf) as a table of persons with their numbers, a card a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loaders.tabular.content_lines import Property, components

HEADER = ("id", "name", "title", "mobile", "phone", "email", "note")


def card_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """A row per card: UID (else the name), FN, TITLE, numbers of mobiles and others, addresses, ORG as a note."""
    for card in components(lines, "VCARD"):
        first: dict[str, str] = {}
        for each in card:
            first.setdefault(each.name, each.text)
        name = first.get("FN") or _name(first.get("N", ""))
        phones = [each for each in card if each.name == "TEL" and not _types(each) & {"FAX", "PAGER"}]
        mobiles = [each for each in phones if "CELL" in _types(each)]
        others = [each for each in phones if each not in mobiles]
        emails = [each.text for each in card if each.name == "EMAIL"]
        ident = first.get("UID", "").removeprefix("urn:uuid:") or (f"VCARD:{name}" if name else "")
        note = first.get("ORG", "").strip("; ")
        yield [ident, name, first.get("TITLE", ""), _joined(mobiles), _joined(others), "".join(emails[:1]), note]


def _types(each: Property) -> set[str]:
    return {part.strip().upper() for part in each.params.get("TYPE", "").split(",")}


def _joined(phones: list[Property]) -> str:
    return "/".join(each.text.removeprefix("tel:").replace(";ext=", " ext. ") for each in phones)


def _name(parts: str) -> str:
    """Family and given name of the property N: 张;三 is 张三, Miller;Ann is Ann Miller."""
    family, given = [*parts.split(";"), ""][:2]
    return f"{given} {family}".strip() if (family + given).isascii() else family + given
