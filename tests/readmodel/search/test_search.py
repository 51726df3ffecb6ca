"""People type names in many ways; each of these must find the right thing first."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_api.readmodel.search import SearchIndex, postings, text
from graph_api.readmodel.search.keys import keys_of, searchable
from graph_api.readmodel.search.text import grams, normalise, pinyin, words
from graph_api.readmodel.snapshot import Snapshot
from schema.customer import Customer
from schema.entity import Entity
from schema.grid import ACLineSegment, ConnectivityNode, FaultIndicator, Feeder, Tower
from schema.people import Contact, Person
from schema.provenance import IdentifierMapping
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind

CITY: list[Entity] = [
    Customer(id="C:1", name="临江市第一人民医院", number="3301000012", aliases=("市一医院",)),
    Customer(id="C:2", name="临江市第二人民医院", number="3301000013"),
    Customer(id="C:3", name="重庆银行临江数据中心", number="3301000099"),
    Feeder(id="F:1", name="10kV 滨江一线", number="F101"),
    Feeder(id="F:2", name="10kV 滨江二线", number="F102"),
    Feeder(id="F:3", name="10kV 城东线", number="F203"),
    Tower(id="T:12", name="10kV城东线 #012 杆"),
    Tower(id="T:13", name="10kV城东线 #013 杆"),
    Person(id="P:1", name="张卫国"),
    Contact(id="K:1", value="+8613912345678"),
    ACLineSegment(id="L:1", name="城东线1号杆至2号杆", source_key="PMS-7781"),
    ConnectivityNode(id="N:1", name="滨江一线节点"),
    IdentifierMapping(id="M:1", system="PMS", key="10M00000001"),
]
LINKS = [
    Relationship(kind=RelationshipKind.HAS_CONTACT, source="P:1", target="K:1"),
    Relationship(kind=RelationshipKind.IDENTIFIES, source="M:1", target="F:3"),
]


def city(extra: list[Entity] | None = None) -> Snapshot:
    return Snapshot.of([*CITY, *(extra or [])], LINKS)


@pytest.fixture(scope="module")
def graph() -> Snapshot:
    return city()


@pytest.fixture(scope="module")
def index(graph: Snapshot) -> SearchIndex:
    made = SearchIndex.build(graph)
    made.warm_up()
    return made


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("临江市第一人民医院", "C:1"),
        ("第一人民医院", "C:1"),
        ("市一医院", "C:1"),
        ("第二 医院", "C:2"),
        ("医院 第二", "C:2"),
        ("3301000013", "C:2"),
        ("0099", "C:3"),
        ("chongqingyinhang", "C:3"),
        ("cqyhljsjzx", "C:3"),
        ("dyrmyy", "C:1"),
        ("滨江一线", "F:1"),
        ("10KV滨江二线", "F:2"),
        ("１０ｋＶ 滨江二线", "F:2"),
        ("binjiangyixian", "F:1"),
        ("bjyx", "F:1"),
        ("F203", "F:3"),
        ("城东线12号杆", "T:12"),
        ("10kV城东线#012杆", "T:12"),
        ("城东线 #13", "T:13"),
        ("5678", "P:1"),
        ("13912345678", "P:1"),
        ("张卫国", "P:1"),
        ("张伟国", "P:1"),
        ("zhangweigou", "P:1"),
        ("binjaingyixian", "F:1"),
        ("第一人名医院", "C:1"),
        ("PMS-7781", "L:1"),
        ("10M00000001", "F:3"),
        ("C:2", "C:2"),
    ],
)
def test_finds_first(graph: Snapshot, index: SearchIndex, typed: str, first: str) -> None:
    hits = index.search(typed)
    assert [graph.id(hit.index) for hit in hits][:1] == [first]


@pytest.mark.parametrize("typed", ["", "   ", "#", "🙂🙂", "不存在的名字哦", "\ud800", "\x00", "qqqqqq", "567"])
def test_finds_nothing(index: SearchIndex, typed: str) -> None:
    assert index.search(typed) == []


def test_kinds_and_limit(graph: Snapshot, index: SearchIndex) -> None:
    assert {graph.id(hit.index) for hit in index.search("城东线", kinds={EntityKind.TOWER})} == {"T:12", "T:13"}
    assert len(index.search("城东线", limit=2)) == 2
    assert index.search("城东线")[0].index == graph.index("F:3"), "the feeder before what hangs on it"


def test_connectivity_nodes_are_not_for_people(graph: Snapshot, index: SearchIndex) -> None:
    assert graph.index("N:1") not in {hit.index for hit in index.search("滨江一线节点")}


@pytest.mark.parametrize(
    "written",
    ["139 1234 5678", "139-1234-5678", "+86 139 1234 5678", "008613912345678", "0139 12345678", "1391234 5678",
     "１３９ １２３４ ５６７８", "1234 5678"],
)  # fmt: skip
def test_a_number_is_found_as_people_set_it_in_groups(index: SearchIndex, written: str) -> None:
    (hit, *_) = index.search(written)
    assert (hit.field, hit.matched) == ("phone", "…5678")


def test_phone_is_shown_by_its_last_digits_only(index: SearchIndex) -> None:
    (hit,) = index.search("12345678")
    assert (hit.field, hit.matched) == ("phone", "…5678")


def test_changed_names_are_found_and_old_ones_forgotten(graph: Snapshot, index: SearchIndex) -> None:
    renamed = [dataclasses.replace(e, name="10kV 望江线") if e.id == "F:2" else e for e in CITY]
    later = Snapshot.of([*renamed, Customer(id="C:9", name="望江水厂")], LINKS)
    advanced = index.advanced(later, {later.index("F:2"), later.index("C:9")})
    assert later.id(advanced.search("望江线")[0].index) == "F:2"
    assert {later.id(hit.index) for hit in advanced.search("wangjiang")} == {"F:2", "C:9"}
    assert later.index("F:2") not in {hit.index for hit in advanced.search("滨江二线", kinds={EntityKind.FEEDER})}
    assert graph.id(index.search("滨江二线")[0].index) == "F:2", "the older index still answers as before"


def test_many_alike_do_not_hide_the_exact_one() -> None:
    crowd = [Tower(id=f"X:{n}", name=f"10kV 望海线 #{n} 杆") for n in range(3000)]
    graph = Snapshot.of([*crowd, Feeder(id="F", name="望海线")], [])
    hits = SearchIndex.build(graph).search("望海线", limit=3)
    assert graph.id(hits[0].index) == "F"


def test_who_sees_contacts_finds_all_that_others_find() -> None:
    """Contacts of which more digits fit do not push out what everybody finds."""
    customers = [Customer(id=f"C{n}", name=f"用户{n}", number=f"10000{n:04}") for n in range(30)]
    contacts = [Contact(id=f"K{n}", value=f"+86129{n:04}0139") for n in range(3000)]
    index = SearchIndex.build(Snapshot.of([*customers, *contacts]))
    typed = "00000139"
    public = {hit.index for hit in index.search(typed, limit=5_000, contacts=[])}
    assert public <= {hit.index for hit in index.search(typed, limit=5_000)}
    assert public <= {hit.index for hit in index.search(typed, limit=5_000, contacts=range(30, 1_000))}


def test_a_contact_without_holder_is_its_own_hit() -> None:
    graph = Snapshot.of([Contact(id="K", value="+8613900001111")], [])
    assert [hit.index for hit in SearchIndex.build(graph).search("1111")] == [0]


def test_text() -> None:
    assert normalise("10kV 城东线 #012 杆") == normalise("10KV城东线12号杆") == "10kv城东线12杆"
    assert pinyin("10kv滨江线") == ("10kvbinjiangxian", "10kvbjx")
    assert grams("滨江1") == {"滨", "江", "滨江", "江1"}
    assert grams("a") == {"a"}
    assert words(" 第二  医院 # ") == [("第2", "第二"), ("医院", "医院")]


@pytest.mark.parametrize(
    ("written", "as_digits"),
    [
        ("一", "1"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("二十三", "23"), ("二〇三", "203"),
        ("一一一", "111"), ("城东线十二号杆", "城东线12杆"), ("三十里铺", "30里铺"), ("滨江一二线", "滨江12线"),
        ("百十十", "百十十"),
    ],
)  # fmt: skip
def test_chinese_numerals_are_digits(written: str, as_digits: str) -> None:
    assert normalise(written) == as_digits


NAMED: list[Entity] = [
    *(
        Person(id=name, name=name)
        for name in ("仇海燕", "朴世勋", "翟敏", "卜建国", "都晓明", "覃思", "尉迟敏", "万俟良")
    ),
    Customer(id="二厂", name="临江化工二厂"),
    Customer(id="一院", name="临江市第一人民医院"),
    Customer(id="厂化", name="厂北文化宫"),
    Feeder(id="滨江一线", name="10kV 滨江一线"),
    Feeder(id="滨江1线", name="10kV 滨海1线"),
    FaultIndicator(id="秋江", name="秋江指示器"),
    FaultIndicator(id="秋海", name="秋海1号故障指示器"),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("化工厂", "二厂"),
        ("化工2厂", "二厂"),
        ("市一院", "一院"),
        ("市1院", "一院"),
        ("第1人民医院", "一院"),
        ("滨江1线", "滨江一线"),
        ("滨海一线", "滨江1线"),
        ("qiuhaiyan", "仇海燕"),
        ("qhy", "仇海燕"),
        ("qiuhai", "仇海燕"),
        ("chouhaiyan", "仇海燕"),
        ("piaoshixun", "朴世勋"),
        ("zhaimin", "翟敏"),
        ("zhai", "翟敏"),
        ("bujianguo", "卜建国"),
        ("duxiaoming", "都晓明"),
        ("qinsi", "覃思"),
        ("tansi", "覃思"),
        ("yuchimin", "尉迟敏"),
        ("ycm", "尉迟敏"),
        ("moqiliang", "万俟良"),
    ],
)
def test_parts_numerals_and_surnames_find_first(typed: str, first: str) -> None:
    graph = Snapshot.of(NAMED, [])
    assert [graph.id(hit.index) for hit in SearchIndex.build(graph).search(typed)][:1] == [first]


def test_people_come_before_indicators() -> None:
    graph = Snapshot.of(NAMED, [])
    hits = [graph.id(hit.index) for hit in SearchIndex.build(graph).search("qiu")]
    assert hits == ["仇海燕", "秋江", "秋海"]


@pytest.mark.parametrize(
    ("part", "whole", "length"),
    [
        ("化工厂", "临江化工2厂", 4),
        ("abc", "axxbxxcabxc", 4),
        ("ab", "aab", 2),
        ("厂化", "化工2厂", 0),
        ("化工厂", "化工", 0),
    ],
)
def test_scattered(part: str, whole: str, length: int) -> None:
    assert text.scattered(part, whole) == length


def test_what_lies_too_far_apart_is_not_the_word() -> None:
    graph = Snapshot.of([Customer(id="C", name="化肥及农药工业品批发市场东厂")], [])
    assert SearchIndex.build(graph).search("化工厂") == []


NAMES = st.text(alphabet="滨江城东线站重庆a1k<>号# ", max_size=6)


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_postings_hold_what_the_text_says(names: list[str]) -> None:
    graph = Snapshot.of([Tower(id=f"T{n}", name=name) for n, name in enumerate(names)])
    held = postings.Postings.of(graph, searchable(graph))
    for gram in {"滨", "江1", "<滨", "线>", "a", "1k", "<a", "t0"}:
        expected = [
            index
            for index in range(len(names))
            if any(gram in text.grams(key) | text.ends(key) for _, _, key in keys_of(graph, index))
        ]
        assert sorted(held.candidates({gram})) == expected
    for slot, index in enumerate(held.columns.index.tolist()):
        assert held.keys(slot) == list(keys_of(graph, index))


@pytest.mark.parametrize("kept", [0, 2, 100])
def test_blocks_are_joined(graph: Snapshot, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    whole = postings.Postings.of(graph, searchable(graph)).columns
    monkeypatch.setattr(postings, "_BLOCK", 2)
    monkeypatch.setattr(postings, "_KEPT", kept)
    pieces = postings.Postings.of(graph, searchable(graph)).columns
    for field in dataclasses.fields(whole):
        assert getattr(whole, field.name).tolist() == getattr(pieces, field.name).tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 5), NAMES), max_size=3), max_size=6), st.booleans())
def test_layers_and_files_find_what_a_fresh_index_finds(commits: list[list[tuple[int, str]]], stored: bool) -> None:
    names = dict.fromkeys(range(6), "滨江线")
    graph = Snapshot.of([Tower(id=f"T{n}", name=name) for n, name in names.items()])
    index = SearchIndex.build(graph)
    for commit in commits:
        names |= dict(commit)
        graph = Snapshot.of([Tower(id=f"T{n}", name=name) for n, name in names.items()])
        index = index.advanced(graph, {n for n, _ in commit})
    if stored:
        index = SearchIndex.of_columns(graph, index.columns())
    fresh = SearchIndex.build(graph)
    for typed in ("滨江", "binjiang", "bjx", "T3", "1", "城东站", "重庆"):
        assert index.search(typed) == fresh.search(typed)


def test_a_switch_that_moves_costs_the_search_nothing(index: SearchIndex, graph: Snapshot) -> None:
    assert index.advanced(graph, set(graph.indexes())).recent == 0


def test_what_is_deleted_is_not_found(graph: Snapshot, index: SearchIndex) -> None:
    later, changed = graph.advanced(Deleted())
    assert index.search("F101")
    assert index.advanced(later, changed).search("F101") == []


class Deleted:
    """A commit that takes a feeder away."""

    revision = 2
    at = datetime(2026, 11, 23, 4, tzinfo=UTC)
    entities = relationships = delete_relationships = reports = delete_reports = ()
    delete_entities = ("F:1",)


def test_pinyin_is_loaded_only_where_a_text_is_transliterated() -> None:
    code = """
import sys
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.snapshot import Snapshot
from schema.customer import Customer
from schema.grid import Tower
index = SearchIndex.build(Snapshot.of([Tower(id="T1", name="tower 1")]))
assert index.search("tower")
print("pypinyin" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
