"""Lists and search: filters, orders, pages to the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypinyin import Style, lazy_pinyin

from tests.compare.operation import Operation
from tests.compare.selections import PAGE, REFERENCE, Selections, document
from tests.compare.stores import Data

LISTS = {
    "feeders": "Feeder",
    "substations": "Substation",
    "people": "Person",
    "teams": "Team",
    "plans": "EmergencyPlan",
}
_IMPORTANCE = ("SPECIAL", "FIRST", "SECOND", "TEMPORARY", "ORDINARY")


def list_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """Customers by every filter and order; the other lists by text and place."""
    yield from _customers(data, select)
    for field, kind in LISTS.items():
        yield _list(field, "all pages", select.leaves(kind), {"first": 40}, pages=40)
        for text in _texts(data, kind):
            yield _list(field, f"text {text}", "id name", {"filter": {"text": text}})
        for place in (data.first("Area"), data.first("Substation"), data.first("Organisation"), data.first("Team")):
            yield _list(field, f"within {place}", "id name", {"filter": {"within": place}})
        for first in (0, 1, 500):
            yield _list(field, f"first {first}", "id", {"first": first})
    yield from _equipment(data, select)


def _customers(data: Data, select: Selections) -> Iterator[Operation]:
    own = f"{select.leaves('Customer')} manager {{ {REFERENCE} }}"
    for order in ("IMPORTANCE", "NAME", "CONTRACT"):
        yield _list(
            "customers", f"by {order}", "id name importance contractKva", {"orderBy": order, "first": 60}, pages=30
        )
    filters: list[dict[str, Any]] = [{"importance": [each]} for each in _IMPORTANCE]
    filters += [{"status": [each]} for each in ("ACTIVE", "INACTIVE")]
    filters += [{"areaClass": [each]} for each in ("CITY", "RURAL", "REMOTE")]
    filters += [{"keyAccount": each} for each in (True, False)]
    filters += [{"text": text} for text in _texts(data, "Customer")]
    places = [data.first(kind) for kind in ("Area", "Organisation", "Substation", "Feeder", "DistributionStation")]
    filters += [{"within": each} for each in [*places, *data.ids("Area", 3), *data.ids("Feeder", 3)]]
    filters += [{"importance": ["SPECIAL", "FIRST"], "areaClass": ["CITY"], "text": "院"}, {}, {"importance": []}]
    for number, chosen in enumerate(filters):
        yield _list("customers", f"filter {number} {chosen}", own, {"filter": chosen, "first": 20})


def _equipment(data: Data, select: Selections) -> Iterator[Operation]:
    own = document_fields(select)
    kinds = (
        "BREAKER",
        "FUSE",
        "DISCONNECTOR",
        "RECLOSER",
        "LOAD_BREAK_SWITCH",
        "SWITCH_BAY",
        "BUSBAR_SECTION",
        "LOAD",
        "POWER_TRANSFORMER",
        "SUPPLY_SOURCE",
        "CUSTOMER",
        "ENERGY_SOURCE",
    )
    for kind in kinds:
        yield _list("equipment", kind, own, {"kinds": [kind], "first": 15})
    yield _list("equipment", "all pages", "id name", {"first": 500}, pages=30)
    yield _list("equipment", "no kinds", "id", {"kinds": []})
    for place in (data.first("Feeder"), data.first("Substation"), data.first("ReceivingPoint"), data.first("Area")):
        yield _list("equipment", f"within {place}", "id name", {"filter": {"within": place}, "first": 100}, pages=5)
    for text in ("开关", "1", "母线", "no such text"):
        yield _list("equipment", f"text {text}", "id name", {"filter": {"text": text}, "kinds": ["BREAKER", "FUSE"]})


def document_fields(select: Selections) -> str:
    """Fields of equipment by its interfaces."""
    return f"{select.leaves('ConductingEquipment')} ... on Switch {{ {select.leaves('Switch')} }}"


def _list(field: str, what: str, selected: str, variables: dict[str, Any], pages: int = 1) -> Operation:
    declared = {"filter": "ThingFilter", "first": "Int", "after": "String"}
    if field == "customers":
        declared |= {"filter": "CustomerFilter", "orderBy": "CustomerOrder! = IMPORTANCE"}
    if field == "equipment":
        declared["kinds"] = "[EntityKind!]"
    declared["first"] = "Int! = 50"
    head = ", ".join(f"${name}: {kind}" for name, kind in declared.items())
    given = ", ".join(f"{name}: ${name}" for name in declared)
    query = f"""query({head}) {{ {field}({given}) {{ totalCount revisionChanged {PAGE}
      edges {{ cursor node {{ id }} }} nodes {{ {selected} }} }} }}"""
    follow = ("data", field, "pageInfo") if pages > 1 else ()
    return Operation(
        name=f"lists/{field} {what}", query=document(query), variables=variables, follow=follow, pages=pages
    )


def _texts(data: Data, kind: str) -> list[str]:
    names = [row["name"] for row in data.of(kind) if row["name"]]
    chosen = [names[0], names[len(names) // 2][:2], names[-1][-3:]] if names else []
    return list(dict.fromkeys([*chosen, "一", "1", "A", "没有这样的名字"]))


def search_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """As people type: names, parts, pinyin, initials, numbers, digits of telephones, slips."""
    for number, text in enumerate(_typed(data)):
        yield _search(f"{number} {text[:24]}", select, {"text": text})
    name = _names(data, "Customer", 1)[0]
    for kinds in (["CUSTOMER"], ["FEEDER", "SUBSTATION"], ["PERSON"], ["CONNECTIVITY_NODE"], []):
        yield _search(f"kinds {kinds}", select, {"text": name[:2], "kinds": kinds})
    for text in ("一", "开关", "1", "lj"):
        yield _search(f"all pages {text}", select, {"text": text, "first": 30}, pages=10)
    yield _search("first 0", select, {"text": name, "first": 0})


def _typed(data: Data) -> list[str]:
    texts: list[str] = []
    for kind in ("Customer", "Feeder", "Substation", "Person", "Team", "Breaker", "DistributionStation", "Load"):
        for name in _names(data, kind, 3):
            texts += [name, name[1:], "".join(lazy_pinyin(name))[:40]]
        for name in _names(data, kind, 1):
            initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
            texts += [initials, initials.upper(), _slip(name), _slip("".join(lazy_pinyin(name))), f" {name} "]
    for kind in ("Customer", "Feeder", "ReceivingPoint", "LoadBreakSwitch"):
        texts += [row["number"] for row in data.of(kind) if row.get("number")][:2]
    texts += [row["value"][-digits:] for row in data.of("Contact")[:2] for digits in (4, 8, 11)]
    texts += [
        *data.ids("Feeder", 2),
        *data.ids("SupplySource", 2),
        "10kV",
        "１０ｋＶ",
        "zhongqing",
        "chongqing",
        "长乐",
    ]
    texts += ["", " ", "?", "zzzzqqqq", "🚑", "C1-OLD", "4711", "NJ.923.QF", "'; DROP TABLE entity; --", "一" * 200]
    return list(dict.fromkeys(texts))


def _names(data: Data, kind: str, most: int) -> list[str]:
    return [row["name"] for row in data.of(kind) if row["name"]][:most]


def _slip(text: str) -> str:
    """The text with two letters in the middle swapped."""
    middle = max(1, len(text) // 2)
    return text[: middle - 1] + text[middle : middle + 1] + text[middle - 1 : middle] + text[middle + 1 :]


def _search(what: str, select: Selections, variables: dict[str, Any], pages: int = 1) -> Operation:
    query = f"""query($text: String!, $kinds: [EntityKind!], $first: Int! = 10, $after: String) {{
      search(text: $text, kinds: $kinds, first: $first, after: $after) {{ totalCount truncated revisionChanged {PAGE}
        edges {{ cursor node {{ score }} }} nodes {{ {select.whole("SearchHit")} }} }} }}"""
    follow = ("data", "search", "pageInfo") if pages > 1 else ()
    return Operation(name=f"search/{what}", query=document(query), variables=variables, follow=follow, pages=pages)
