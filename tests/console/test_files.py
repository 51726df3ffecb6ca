"""What the console is made of: words in two languages, operations that fit the contract, small modules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from graph_api.console.site import FOLDER, documents, site
from tests.test_house import ROOT

MODULES = sorted((FOLDER / "js").rglob("*.js"))
LONGEST = 200
CONTRACT = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))


def words(language: str) -> dict[str, str]:
    text = (FOLDER / "js" / "words" / f"{language}.js").read_text("utf-8")
    return {key: json.loads(value) for key, value in re.findall(r'^  "([\w.-]+)": (".*"),$', text, re.MULTILINE)}


def test_both_languages_say_everything() -> None:
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    assert len(zh) > 50
    places = re.compile(r"\{\w+\}")
    assert [key for key in zh if set(places.findall(zh[key])) != set(places.findall(en[key]))] == []
    assert [key for key, text in zh.items() if not text.strip() or not en[key].strip()] == []
    chinese = re.compile("[\u4e00-\u9fff]")
    assert [key for key, text in en.items() if chinese.search(text)] == ["key.language", "other.language"]


def test_every_word_that_is_said_is_there_and_every_one_there_is_said() -> None:
    text = "\n".join(each.read_text("utf-8") for each in MODULES if each.parent.name != "words")
    assert set(re.findall(r'\bt\("([^"]+)"', text)) - words("zh").keys() == set()
    quoted = set(re.findall(r'"([a-zA-Z.]+)"', text))
    prefixes = tuple(re.findall(r"`(\w+\.)\$\{", text))
    assert [each for each in words("zh") if each not in quoted and not each.startswith(prefixes)] == []


@pytest.mark.parametrize("name", documents())
def test_an_operation_fits_the_contract(name: str) -> None:
    assert [str(each) for each in validate(CONTRACT, parse(documents()[name]))] == []


def test_modules_have_one_job() -> None:
    long = {each.name: size for each in MODULES if (size := len(each.read_text("utf-8").splitlines())) > LONGEST}
    assert [name for name in long if name not in ("zh.js", "en.js")] == []


def test_no_module_asks_for_another_that_is_not_served() -> None:
    served = {*site().files}
    for each in [*MODULES, *(FOLDER / "vendor").glob("*.mjs")]:
        for wanted in re.findall(r'(?:\bfrom|^import)\s?"(\.[^"]+)"', each.read_text("utf-8")):
            place = (each.parent / wanted).resolve().relative_to(FOLDER.resolve())
            assert wanted.startswith("."), f"{each.name}: {wanted} is no address"
            assert place.as_posix() in served, f"{each.name}: {wanted}"


def test_licences_of_what_is_vendored_are_there() -> None:
    text = (FOLDER / "vendor" / "LICENSES.txt").read_text("utf-8")
    for name in ("preact 11", "htm 3", "@preact/signals 2"):
        assert name in text


def test_the_board_weighs_little() -> None:
    assert sum(len(each.packed) for each in site().files.values()) < 150_000


def test_the_page_names_no_other_address() -> None:
    assert re.findall(r'(?:src|href)="(?!/console/)[^"]*"', site().page_for("Asia/Shanghai")) == []
    assert isinstance(FOLDER, Path)
