"""The comparison itself: it finds what differs, hides only what its list permits, and a tree is equal to itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema

from tests.compare.asking.changes import retried_operations
from tests.compare.asking.everything import sessions_of
from tests.compare.compared import Outcome
from tests.compare.difference import Difference, What, differences, read_json, written
from tests.compare.masks import EVERYWHERE, MASKS
from tests.compare.operation import Answer, Operation
from tests.compare.schemas import changed, read_schema
from tests.compare.selections import Selections
from tests.compare.session import Comparison, Session, numbered
from tests.compare.stores import CORNER, DAY, NOW, Data, make_corner, read_tables
from tests.compare.tree import Tree, TreeFailed

ROOT = Path(__file__).parents[2]
ASK = Operation(name="impact/one", query="{ graph { revision } }")


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    given = {"content-type": "application/json", "content-length": str(len(text)), "x-request-id": text[::-1][:9]}
    return Answer(status, given | {name.replace("_", "-"): value for name, value in headers.items()}, text)


def outcome_of(old: Answer, new: Answer, operation: Operation = ASK) -> Outcome:
    outcome = Outcome()
    outcome.compare(operation, [old], [new])
    return outcome


def whats(old: Any, new: Any, **more: Any) -> list[tuple[str, str]]:
    found = outcome_of(answer({"data": old}), answer({"data": new}), Operation(name="a/b", query="{ x }", **more)).found
    return [(".".join(map(str, each.difference.path)), str(each.difference.what)) for each in found]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('{"a":1}', '{"a":1}', []),
        ('{"a":1}', '{"a":2}', [(("a",), What.VALUE)]),
        ('{"a":1}', '{"a":1.0}', [(("a",), What.VALUE)]),
        ('{"a":0.1}', '{"a":0.10000000000000001}', [(("a",), What.VALUE)]),
        ('{"a":1}', '{"a":"1"}', [(("a",), What.VALUE)]),
        ('{"a":true}', '{"a":1}', [(("a",), What.VALUE)]),
        ('{"a":null}', '{"a":false}', [(("a",), What.VALUE)]),
        ('{"a":null}', "{}", [(("a",), What.ONLY_OLD)]),
        ("{}", '{"a":null}', [(("a",), What.ONLY_NEW)]),
        ('{"a":1,"b":2}', '{"b":2,"a":1}', [((), What.ORDER)]),
        ("[1,2,3]", "[1,3,2]", [((), What.ORDER)]),
        ("[1,2,3]", "[1,2]", [((), What.LENGTH)]),
        ("[[1],[2]]", "[[1],[3]]", [((1, 0), What.VALUE)]),
        ('{"a":{}}', '{"a":[]}', [(("a",), What.VALUE)]),
    ],
)
def test_every_way_to_differ(old: str, new: str, found: list[tuple[Any, What]]) -> None:
    assert [(each.path, each.what) for each in differences(read_json(old), read_json(new))] == found


def test_a_list_of_another_length_says_what_only_one_has() -> None:
    (found,) = differences(read_json("[1,2,2,3]"), read_json("[2,4]"))
    assert found.old["only here"] == ["1", "2", "3"]
    assert found.new == {"length": "2", "only here": ["4"]}


@pytest.mark.parametrize("text", ['{"a":[1,2.50,-0.0,1e5],"b":null,"c":"线\\n\\"x\\"","d":true,"e":{}}', "[]", '"x"'])
def test_a_body_is_read_without_loss(text: str) -> None:
    assert written(read_json(text)) == text


def test_status_and_headers_count() -> None:
    assert outcome_of(answer({"data": 1}), answer({"data": 1}, 400)).found
    assert outcome_of(answer({"data": 1}, x_revision="1"), answer({"data": 1}, x_revision="2")).found
    assert outcome_of(answer({"data": 1}, x_revision="1"), answer({"data": 1})).found
    assert not outcome_of(answer({"data": 1}, vary="Accept"), answer({"data": 1}, vary="Accept, Accept-Language")).found
    assert outcome_of(answer({"data": 1}, vary="Accept"), answer({"data": 1}, vary="Origin")).found


def test_a_request_id_counts_where_one_was_sent() -> None:
    old, new = answer({"data": 1}, x_request_id="a"), answer({"data": 1}, x_request_id="b")
    assert not outcome_of(old, new).found
    assert outcome_of(old, new, Operation(name="a/b", query="{ x }", headers={"X-Request-Id": "a"})).found


def test_blanks_in_a_body_count() -> None:
    assert outcome_of(answer('{"data":1}'), answer('{"data": 1}')).found
    assert not outcome_of(answer('{"data": 1}'), answer('{"data": 1}')).found


def test_cursors_may_differ_and_nothing_beside_them() -> None:
    def page(end: str | None, cursor: str, node: str) -> dict[str, Any]:
        return {"list": {"pageInfo": {"endCursor": end}, "edges": [{"cursor": cursor, "node": {"id": node}}]}}

    assert whats(page("a", "x", "1"), page("b", "y", "1")) == []
    assert whats(page("a", "x", "1"), page("b", "y", "2")) == [("body.data.list.edges.0.node.id", "value")]
    assert whats(page("a", "x", "1"), page(None, "y", "1")) == [("body.data.list.pageInfo.endCursor", "value")]


def test_pages_that_only_one_tree_has_count() -> None:
    outcome = Outcome()
    outcome.compare(ASK, [answer({"data": 1})] * 2, [answer({"data": 1})])
    assert [each.difference.what for each in outcome.found] == [What.ONLY_OLD]


def test_messages_are_words_and_codes_are_not() -> None:
    old = {"errors": [{"message": "No.", "extensions": {"code": "BAD_INPUT", "retryable": False}}]}
    new = {"errors": [{"message": "不行。", "extensions": {"code": "BAD_INPUT", "retryable": False}}]}
    outcome = outcome_of(answer(old), answer(new))
    assert not outcome.found
    assert [(each.difference.old, each.difference.new) for each in outcome.words] == [("No.", "不行。")]
    new["errors"][0]["extensions"] = {"code": "LIMIT_EXCEEDED", "retryable": False}
    assert [each.difference.path[-1] for each in outcome_of(answer(old), answer(new)).found] == ["code"]


def test_prose_may_become_a_code_where_a_request_permits_it() -> None:
    def plan(*purposes: Any) -> dict[str, Any]:
        return {"restoration": {"steps": [{"purpose": purpose} for purpose in purposes]}}

    prose = frozenset({"prose"})
    assert whats(plan("cuts it out"), plan({"code": "CUT"})) == [("body.data.restoration.steps.0.purpose", "value")]
    assert whats(plan("cuts it out"), plan({"code": "CUT"}), masks=prose) == []
    assert whats(plan("cuts it out"), plan(), masks=prose) == [("body.data.restoration.steps", "length")]


def test_vocabularies_and_metrics_may_join_but_none_may_go() -> None:
    def words(*enums: tuple[str, str, str]) -> dict[str, Any]:
        """Enums as (name, codes, label of each code)."""
        return {
            "vocabulary": [
                {"name": name, "terms": [{"code": code, "zh": label} for code in codes]} for name, codes, label in enums
            ]
        }

    permitted = frozenset({"additions", "labels"})
    old = words(("Rank", "AB", "角"))
    assert whats(old, words(("Aim", "X", "的"), ("Rank", "ABC", "岗")), masks=permitted) == []
    order = [("body.data.vocabulary.Rank.terms", "order")]
    assert whats(old, words(("Rank", "BA", "角")), masks=permitted) == order
    gone = [("body.data.vocabulary.Rank", "only in old")]
    assert whats(old, words(("Aim", "X", "的")), masks=permitted) == gone
    metrics = Operation(name="status/metrics", method="GET", target="/metrics", masks=permitted)
    one, two = "# TYPE a counter\na 1\n", "# TYPE b gauge\nb 2\n# TYPE a counter\na 7\n"
    assert not outcome_of(answer(one, content_type="text/plain"), answer(two, content_type="text/plain"), metrics).found
    assert outcome_of(answer(two, content_type="text/plain"), answer(one, content_type="text/plain"), metrics).found


def test_an_old_failure_is_told_apart_and_a_new_one_counts() -> None:
    failed = answer({"errors": [{"message": "id: 1", "extensions": {"code": "INTERNAL"}}], "data": None})
    mended = outcome_of(failed, answer({"data": {"a": 1}}))
    assert not mended.found
    assert mended.failed
    assert outcome_of(answer({"data": {"a": 1}}), failed).found


def test_every_mask_is_named_once_and_the_common_ones_are_there() -> None:
    names = [mask.name for mask in MASKS]
    assert len(set(names)) == len(names)
    assert set(names) > EVERYWHERE


def test_a_schema_may_grow_and_its_prose_change_type() -> None:
    step = "type RestorationStep { purpose: String! order: Int! }"
    old = build_schema(f'type Query {{ "a" a(n: Int = 1): Int }} {step}')
    found = changed(
        old,
        build_schema(f"""type Query {{ "b" a(n: Int = 1, m: Int): Int c: Int }} enum Aim {{ CUT }}
          {step.replace("String", "Aim")}"""),
    )
    assert not found.refused
    assert found.words == [("Query.a", "a", "b")]
    other = build_schema("type Query { a(n: Int = 2): Int } type RestorationStep { order: Int }")
    assert len(changed(old, other).refused) == 3


def test_names_are_unique_and_sources_come_with_what_takes_from_them() -> None:
    first, again = Operation(name="a/x"), Operation(name="a/x")
    taking = Operation(name="b/y", takes={"after": ("a/x", "data")})
    assert [each.name for each in numbered([first, again, taking])] == ["a/x", "a/x ~2", "b/y"]
    assert [each.name for each in numbered([first, again, taking], "b/")] == ["a/x", "b/y"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree("old", ROOT, sys.executable, tmp_path_factory.mktemp("tree"), 1)


@pytest.fixture(scope="module")
def corner(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> Data:
    return make_corner(tree, tmp_path_factory.mktemp("corner"))


def test_a_tree_is_equal_to_itself(tree: Tree, corner: Data, tmp_path: Path) -> None:
    """A handful of each group, in one session with changes; a part of all requests is held against the schema."""
    schema = read_schema(tree, corner.copied(tmp_path / "schema.db"))
    select = Selections(schema)
    every = [each for session in sessions_of([corner], select, select) for each in session.operations]
    assert len({(each.query, str(each.variables), each.body, each.target) for each in every}) > 400
    chosen = numbered([*every[::149], *retried_operations(corner)])
    comparison = Comparison(tree, tree, (schema, schema), tmp_path, tmp_path / "kept")
    comparison.run(Session("corner", corner, chosen, []), lambda *_: None)
    assert comparison.outcome.found == []
    assert comparison.outcome.operations == len(chosen)
    assert len(comparison.fields.held) > 100
    assert list((tmp_path / "kept").rglob("*.jsonl"))
    assert [each.name for each in every[::5] if comparison.trouble(each)] == []


def test_a_tree_that_cannot_answer_is_told(tree: Tree, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    store.write_text("no store")
    with pytest.raises(TreeFailed, match="ended instead of answering"), tree.asked(store, NOW):
        pass


def test_the_odd_network_holds_every_kind_that_a_file_can_give() -> None:
    kinds = set(read_tables([CORNER / "grid", CORNER / "accounts"]))
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
    made_here = {"SourceLoad", "Incident", "TimelineEntry"}
    """What no file gives: commands and loads make it."""
    assert set(Selections(schema).entities()) - kinds == made_here
    assert NOW.startswith(DAY)


def test_a_difference_knows_its_place() -> None:
    assert next(differences({"a": [1]}, {"a": [2]})) == Difference(("a", 0), What.VALUE, 1, 2)
