"""What the written pages keep: size, one skeleton in both languages, links that lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.bench.figures import page
from tests.bench.report import Row, against
from tests.records.page import DOCS, ROOT
from tests.records.questions import laid_out, questions, shortened
from tests.records.tour import ASKED_AT, BLOCK

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(?:\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MOST_LINES, MOST_BYTES = 130, 10_240
A_PAGE = 60
SECTIONS = ("**Context.**", "**Decision.**", "**Consequences.**", "**What would change it.**")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", text(path))


def commands(path: Path) -> list[str]:
    """What a page gives to type: the first line of a block with output, every line of one without."""
    found: list[str] = []
    for block in FENCE.findall(text(path)):
        lines = block.splitlines()
        found += [lines[0]] if lines[0].startswith("$ ") else lines
    return [re.sub(r"\s+#.*", "", line) for line in found]


def links(path: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(path))


def table_shapes(path: Path) -> list[int]:
    """Columns of every row of every table."""
    return [line.count("|") for line in prose(path).splitlines() if line.startswith("|")]


@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_readme_is_short(readme: Path) -> None:
    assert len(text(readme).splitlines()) <= MOST_LINES
    assert len(text(readme).encode()) <= MOST_BYTES


def test_both_readmes_have_one_skeleton() -> None:
    headings = [re.findall(r"^(#+) ", prose(readme), re.MULTILINE) for readme in (ENGLISH, CHINESE)]
    assert headings[0] == headings[1]
    assert commands(ENGLISH) == commands(CHINESE)
    assert len(commands(ENGLISH)) >= 8
    assert table_shapes(ENGLISH) == table_shapes(CHINESE)
    other = {ENGLISH.name, CHINESE.name}
    assert [link for link in links(ENGLISH) if link not in other] == [
        link for link in links(CHINESE) if link not in other
    ]


def test_chinese_headings_are_chinese() -> None:
    for heading in re.findall(r"^#+ (.*)$", prose(CHINESE), re.MULTILINE):
        assert re.search(r"[\u4e00-\u9fff]", heading), heading


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    local = [link.split("#")[0] for link in links(path) if "://" not in link and not link.startswith("#")]
    assert [link for link in local if not (path.parent / link).exists()] == []


def test_paths_that_recipes_name_are_there() -> None:
    named = re.findall(r"`((?:graph_api|schema|loaders|tests|docs)/[\w./-]*\w\.\w+)`", text(ROOT / "CONTRIBUTING.md"))
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("path", [path for path in WRITTEN if path.name != "schema.md"], ids=lambda path: path.name)
def test_modules_that_a_page_names_are_there(path: Path) -> None:
    named = re.findall(r"`((?:graph_api|schema|loaders|seeds|tests)/[\w/]+\.\w+)`", prose(path))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_is_one_page_with_its_four_parts(path: Path) -> None:
    assert len(text(path).splitlines()) <= A_PAGE
    places = [text(path).find(section) for section in SECTIONS]
    assert places == sorted(places)
    assert places[0] > 0
    assert f"]({path.name})" in text(DOCS / "adr" / "README.md")


@pytest.mark.parametrize("path", [DOCS / "tour.md", ENGLISH, CHINESE], ids=lambda path: path.name)
def test_pages_with_outputs_say_when_they_were_asked(path: Path) -> None:
    assert ASKED_AT.search(text(path))
    blocks = BLOCK.findall(text(path))
    assert blocks
    assert all(printed for _, printed in blocks), "python -m tests.records"


def test_the_page_of_figures() -> None:
    rows = [
        Row(what="quick", size="5 buses", value=2, unit="ms", p99=4, target=3, judged="p99", **against("other", 2, 8)),
        Row(what="many", size="5 buses", value=1234, unit="rows/s", target=1000, at_least=True),
    ]
    made = page(rows, {"cores": 2}).splitlines()
    assert made[-2:] == [
        "| quick | 5 buses | 2 ms | 4 | p99 ≤ 3 **missed** | other: 8 ms (4 x) |",
        "| many | 5 buses | 1,234 rows/s |  | ≥ 1,000 |  |",
    ]
    assert text(DOCS / "figures.md").startswith(page([], {}).split("Measured on")[0])


def test_answers_are_laid_out_line_by_line_and_long_lists_cut() -> None:
    assert laid_out({"a": [1, 2]}) == '{"a": [1, 2]}'
    wide = {"names": ["临江" * 20, "x" * 60], "n": 1}
    assert laid_out(wide).splitlines()[:3] == ["{", '  "names": [', f'    "{"临江" * 20}",']
    assert json.loads(laid_out(wide)) == wide
    assert shortened({"a": [[*range(9)]]}) == {"a": [[0, 1, 2, 3, 4, "… 4 more"]]}
    assert shortened([*range(6)]) == [*range(6)]


def test_each_question_stands_in_both_languages() -> None:
    assert [each.number for each in questions()] == [*range(1, 21)]
    assert all(each.zh.endswith("？") and each.en.endswith(("?", ".")) for each in questions())
