from pathlib import Path

import pytest

from schema import reference
from schema.registry import KINDS
from schema.relationships import RelationshipKind

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"


def test_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference.markdown(), "run: baodian schema --markdown"


def test_every_kind_and_relationship_is_on_the_page():
    page = reference.reference()
    assert {kind.kind for kind in page.kinds} == {kind.value for kind in KINDS}
    assert [link.kind for link in page.relationships] == [kind.value for kind in RelationshipKind]


@pytest.mark.parametrize("kind", reference.reference().kinds, ids=lambda kind: kind.label)
def test_every_field_is_described_in_both_languages(kind):
    for field in (*reference.reference().common, *kind.fields):
        assert field.zh, field.name
        assert field.en.endswith("."), field.name
        assert field.type, field.name


def test_a_unit_in_the_name_is_the_unit_of_the_field():
    suffixes = {"_kv": "kV", "_kva": "kVA", "kw": "kW", "_m": "m", "_s": "s", "_a": "A", "_minutes": "min"}
    for kind in reference.reference().kinds:
        for field in kind.fields:
            unit = next((unit for suffix, unit in suffixes.items() if field.name.endswith(suffix)), None)
            assert unit is None or field.unit == unit, f"{kind.label}.{field.name}"


def test_every_term_has_labels_and_a_source():
    for vocabulary in reference.reference().vocabularies:
        for term in vocabulary.terms:
            assert term.zh, f"{vocabulary.name}.{term.code}"
            assert term.en, f"{vocabulary.name}.{term.code}"
            assert term.source, f"{vocabulary.name}.{term.code}"


def test_type_in_words_of_something_unknown_is_refused():
    with pytest.raises(TypeError, match="no words"):
        reference.type_name("x")


def test_a_field_without_label_has_none():
    assert reference.label_of(int) is None
