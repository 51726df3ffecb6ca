"""Pictures over HTTP: the same places whatever is switched, states by event, SVG that is well-formed and says it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from graph_api.exports.picture.svg import folded
from tests.graphql.conftest import Api

PICTURE = """
query Picture($of: [ID!]!, $event: EventInput, $chances: [ChanceInput!], $opened: [ID!]) {
  picture(of: $of, kind: ONE_LINE, event: $event, chances: $chances, opened: $opened) {
    kind title(lang: EN) revision width height truncated symbols conditions of { id } unplaced { id }
    nodes {
      id symbol thing { id } things { id } x y lengthX lengthY beside label detail condition position normalPosition
      offNormal tripped telemetered probability folded customers indicators { id } loadKw ratingKw
    }
    edges { id source target points { x y } things { id } label condition link probability loadKw ratingKw
      indicators { id } }
    frames { thing { id } label x y width height }
    svg
  }
}
"""
SVG = "query($of: [ID!]!, $theme: PictureTheme!) { picture(of: $of) { svg(theme: $theme, lang: EN) } }"


async def picture(api: Api, *of: str, **asked: Any) -> Any:
    return (await api.data(PICTURE, of=list(of), **asked))["picture"]


def by_id(found: Any) -> dict[str, Any]:
    return {node["id"]: node for node in found["nodes"]}


async def test_a_feeder_is_drawn_from_its_source_to_its_customers(api: Api) -> None:
    found = await picture(api, "FD1")
    nodes = by_id(found)
    assert [each["id"] for each in found["of"]] == ["FD1"]
    assert [nodes[name]["x"] for name in ("B1", "F1", "M1")] == sorted(nodes[each]["x"] for each in ("B1", "F1", "M1"))
    assert nodes["B1"]["position"] == nodes["B1"]["normalPosition"] == "CLOSED"
    assert {node["condition"] for node in found["nodes"]} == {"LIVE"}
    (line,) = [edge for edge in found["edges"] if edge["things"]]
    assert (line["source"], line["target"], line["things"]) == ("B1", "F1", [{"id": "L1"}])
    assert line["label"] == "52 m"


async def test_an_event_gives_states_and_moves_nothing(api: Api) -> None:
    calm, after = await picture(api, "FD1"), await picture(api, "FD1", event={"equipment": ["L1"], "cause": "FAULTED"})
    nodes = by_id(after)
    assert [(n["id"], n["x"], n["y"]) for n in after["nodes"]] == [(n["id"], n["x"], n["y"]) for n in calm["nodes"]]
    assert (nodes["B1"]["tripped"], nodes["B1"]["position"], nodes["B1"]["offNormal"]) == (True, "OPEN", True)
    assert nodes["M1"]["condition"] == "LOST"
    assert [edge["condition"] for edge in after["edges"] if edge["things"]] == ["FAULTY"]
    assert "LOST" in after["conditions"]


async def test_cut_out_and_what_if_are_told(api: Api) -> None:
    cut = await picture(api, "FD1", event={"equipment": ["F1"], "cause": "ISOLATED"})
    assert by_id(cut)["F1"]["condition"] == "FAULTY"
    assert [edge["condition"] for edge in cut["edges"] if edge["things"]] == ["CUT_OUT"]
    assume = {"cause": "OPENED", "equipment": [], "assume": [{"switch": "F1", "position": "OPEN"}]}
    nodes = by_id(await picture(api, "FD1", event=assume))
    assert (nodes["F1"]["position"], nodes["F1"]["offNormal"], nodes["F1"]["tripped"]) == ("OPEN", True, False)
    assert nodes["M1"]["condition"] == "LOST"


async def test_chances_are_marked_where_they_are(api: Api) -> None:
    found = await picture(api, "FD1", chances=[{"thing": "L1", "probability": 0.75}])
    assert [edge["probability"] for edge in found["edges"] if edge["things"]] == [0.75]
    assert "75%" in found["svg"]


@pytest.mark.parametrize("theme", ["DAY", "NIGHT", "PRINT"])
async def test_the_svg_has_each_symbol_and_line_with_its_id_and_asks_nobody(api: Api, theme: str) -> None:
    found = await picture(api, "FD1")
    svg = (await api.data(SVG, of=["FD1"], theme=theme))["picture"]["svg"]
    root = ElementTree.fromstring(svg)  # noqa: S314  (made by the product)
    ids = {each.get("data-id") for each in root.iter() if each.get("data-id")}
    assert ids == {part["id"] for part in (*found["nodes"], *found["edges"])}
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "script" not in svg


async def test_a_state_is_told_by_shape_and_text_where_colours_are_taken_away(api: Api) -> None:
    calm = (await picture(api, "FD1"))["svg"]
    after = (await picture(api, "FD1", event={"equipment": ["L1"]}))["svg"]
    roots = [ElementTree.fromstring(svg) for svg in (calm, after)]  # noqa: S314  (made by the product)
    texts = [{each.text for each in root.iter() if each.text} for root in roots]
    assert any("已跳闸" in text for text in texts[1] - texts[0])
    assert any("失电" in text for text in texts[1] - texts[0])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("失电 特别重要负荷 10 kW 允许中断 0 分钟", ["失电 特别重要负荷 10 kW", "允许中断 0 分钟"]),
        ("", []),
        ("一个没有任何间隔所以只能截断的很长很长的名称", ["一个没有任何间隔所以只能截断的很长很长的名称"]),
        ("a b", ["a b"]),
    ],
)
def test_figures_are_parted_between_words_and_none_is_left_out(text: str, lines: list[str]) -> None:
    assert folded(text, 23, 3) == lines
    assert " ".join(folded(text, 1, 2)) == text


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"of": ["NOBODY"]}, "UNKNOWN_ENTITY"),
        ({"of": []}, "BAD_INPUT"),
        ({"of": ["FD1"] * 101}, "BAD_INPUT"),
        ({"of": ["P1"]}, "BAD_INPUT"),
        ({"of": ["FD1"], "chances": [{"thing": "L1", "probability": 1.5}]}, "BAD_INPUT"),
        ({"of": ["FD1"], "event": {"cause": "FAULTED"}}, "BAD_INPUT"),
        ({"of": ["FD1"], "opened": ["NOBODY"]}, "UNKNOWN_ENTITY"),
    ],
)
async def test_wrong_questions_get_a_code(api: Api, asked: dict[str, Any], code: str) -> None:
    assert await api.code(PICTURE, **asked) == code
