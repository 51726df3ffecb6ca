import json

import pytest

from tests.cli.conftest import run


def test_overview_names_kinds_relationships_and_vocabularies():
    output = run(*["schema"]).output
    for word in ("Feeder", "馈线", "CONNECTS", "Importance"):
        assert word in output


@pytest.mark.parametrize("name", ["Feeder", "feeder", "FEEDER", "馈线"])
def test_one_kind_by_any_of_its_names(name):
    result = run(*["schema", name])
    assert result.exit_code == 0
    assert "nominal_kv" in result.output
    assert "kV" in result.output


def test_one_vocabulary():
    assert "特级重要电力用户" in run(*["schema", "Importance"]).output


def test_unknown_name_says_what_to_do():
    result = run(*["schema", "Fedr"])
    assert result.exit_code == 2
    assert "`baodian schema` lists them all" in result.stderr


def test_json():
    page = json.loads(run(*["schema", "--json"]).stdout)
    assert {"common", "kinds", "relationships", "vocabularies"} == page.keys()
    kind = json.loads(run(*["schema", "Feeder", "--json"]).stdout)
    assert kind["zh"] == "馈线"


def test_markdown_to_a_file_and_to_the_terminal(tmp_path):
    out = tmp_path / "deep" / "schema.md"
    assert run(*["schema", "--markdown", "--out", str(out)]).exit_code == 0
    printed = run(*["schema", "--markdown", "--out", "-"]).stdout
    assert out.read_text(encoding="utf-8") == printed
