"""Bad CIM files: each says what is wrong and what to do; nothing is lost silently."""

import pytest

from graph_api.errors import LoadError
from loaders.cim import CimSource
from loaders.source import Reading
from schema.relationships import RelationshipKind
from tests.loaders.cim_text import rdf, read

GOOD = rdf("Breaker b name=联络开关\nFuse f")


def refused(tmp_path, content: bytes) -> str:
    path = tmp_path / "model.xml"
    path.write_bytes(content)
    with pytest.raises(LoadError) as caught:
        list(CimSource([path]).batches(Reading()))
    assert "model.xml" in caught.value.message
    return caught.value.message


def test_empty_file(tmp_path):
    assert "is empty (0 bytes). Export it again" in refused(tmp_path, b"")


def test_missing_file(tmp_path):
    with pytest.raises(LoadError, match="no such file"):
        list(CimSource([tmp_path / "nowhere.xml"]).batches(Reading()))


def test_truncated_file(tmp_path):
    assert "ends in the middle" in refused(tmp_path, GOOD.encode()[:-40])


def test_truncated_in_a_tag(tmp_path):
    assert "ends in the middle" in refused(tmp_path, GOOD.encode()[:-3])


def test_broken_xml(tmp_path):
    assert "line 4: the XML is broken" in refused(tmp_path, GOOD.replace("</cim:Some.name>", "</cim:Oops>").encode())


@pytest.mark.parametrize("content", [b"hello", b"PK\x03\x04zip", b"id,name\n1,x\n"])
def test_not_xml_at_all(tmp_path, content):
    assert "is not an XML file" in refused(tmp_path, content)


def test_other_xml(tmp_path):
    assert "its root is <svg>, not <rdf:RDF>" in refused(tmp_path, b"<svg/>")


def test_bytes_in_another_encoding_than_declared(tmp_path):
    assert "GB18030" in refused(tmp_path, GOOD.encode("gb18030"))


def test_unknown_encoding(tmp_path):
    assert "encoding" in refused(tmp_path, GOOD.replace('"utf-8"', '"nonsense"').encode())


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_declared_encodings_are_read(tmp_path, encoding):
    path = tmp_path / "model.xml"
    path.write_bytes(GOOD.replace('"utf-8"', f'"{encoding.removesuffix("-sig")}"').encode(encoding))
    batches = list(CimSource([path]).batches(Reading()))
    assert batches[0].entities[0].name == "联络开关"


def test_external_entity_is_refused_and_nothing_is_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    head, body = GOOD.split("\n", 1)
    attack = f'{head}\n<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>\n{body.replace("联络开关", "&e;")}'
    message = refused(tmp_path, attack.encode())
    assert "DOCTYPE" in message
    assert "hidden" not in message


def test_billion_laughs_are_refused(tmp_path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head, body = GOOD.split("\n", 1)
    attack = f'{head}\n<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>\n{body.replace("联络开关", "&l9;")}'
    assert "DOCTYPE" in refused(tmp_path, attack.encode())


def test_difference_model(tmp_path):
    text = GOOD.replace(
        "<cim:Fuse", "<dm:DifferenceModel xmlns:dm='http://iec.ch/TC57/61970-552/DifferenceModel/1#'/><cim:Fuse"
    )
    assert "difference model" in refused(tmp_path, text.encode())


def test_dangling_references(tmp_path):
    made = read(tmp_path, """
        Breaker b EquipmentContainer=#unknown
        ConnectivityNode n
        Terminal t1 ConductingEquipment=#b ConnectivityNode=#unknown
        Terminal t2 ConductingEquipment=#unknown ConnectivityNode=#n
        Terminal t3 ConductingEquipment=#b
        Terminal t4 ConnectivityNode=#n
        PositionPoint p Location=#unknown
    """)  # fmt: skip
    assert made.account.rejected == 5
    assert sorted(each.partition(": ")[0] for each in made.rejected) == [
        "ConductingEquipment=",
        "ConductingEquipment=unknown",
        "ConnectivityNode=",
        "ConnectivityNode=unknown",
        "Location=unknown",
    ]
    assert all(each.remedy and each.row for each in made.report.rejects)
    assert ["EquipmentContainer=unknown" in each for each in made.found] == [True]
    assert "b" in made.entities


def test_terminal_of_a_class_that_is_not_modelled(tmp_path):
    made = read(tmp_path, "Ammeter c\nConnectivityNode n\nTerminal t ConductingEquipment=#c ConnectivityNode=#n")
    assert "belongs to a Ammeter, a class that is not modelled" in made.rejected[0]


def test_a_missing_transformer_takes_tanks_ends_and_terminals_with_it(tmp_path):
    made = read(tmp_path, """
        TransformerTank tank PowerTransformer=#gone
        TransformerTankEnd end TransformerTank=#tank
    """)  # fmt: skip
    assert made.account.rejected == 2


def test_the_same_object_twice_is_a_duplicate(tmp_path):
    made = read(tmp_path, "Fuse f name=x\nFuse f name=x")
    assert (made.account.taken, made.account.duplicates) == (1, 1)


def test_the_same_identity_with_other_content(tmp_path):
    made = read(tmp_path, "Fuse f name=x\nFuse f name=y")
    assert "line 3 has another Fuse of the same identity" in made.rejected[0]
    assert made.entities["f"].name == "x"


def test_the_same_mrid_twice(tmp_path):
    made = read(tmp_path, """
        ConnectivityNode n
        Fuse f1 mRID=M
        Fuse f2 mRID=M
        Terminal t ConductingEquipment=#f2 ConnectivityNode=#n
    """)  # fmt: skip
    assert any("has the same mRID" in each for each in made.rejected)
    assert any("its equipment was rejected" in each for each in made.rejected)
    assert made.linked(RelationshipKind.CONNECTS) == set()


def test_object_without_identity(tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(GOOD.replace('rdf:ID="_f"', ""), encoding="utf-8")
    reading = Reading()
    list(CimSource([path]).batches(reading))
    report = reading.report
    assert "neither rdf:ID nor rdf:about" in report.rejects[0].reason
    assert report.closed


def test_mrid_that_cannot_be_an_id(tmp_path):
    made = read(tmp_path, f"Fuse f mRID={'x' * 200}")
    assert "mRID=" in made.rejected[0]
    assert "128 bytes" in made.rejected[0]


@pytest.mark.parametrize(("length", "reason"), [("-5", "negative"), ("long", "not a number"), ("nan", "not a number")])
def test_figures_that_cannot_be(tmp_path, length, reason):
    made = read(tmp_path, f"ACLineSegment l length={length}")
    assert made.entities["l"].length_m is None
    assert reason in made.found[0]


def test_neither_true_nor_false(tmp_path):
    made = read(tmp_path, "Fuse f normalOpen=perhaps")
    assert "neither true nor false" in made.found[0]


def test_a_file_without_source_says_that_nothing_can_be_live(tmp_path):
    made = read(tmp_path, "Fuse f")
    assert any("no EnergySource" in each.reason for each in made.report.findings)


def test_header_with_an_odd_time_is_ignored(tmp_path):
    path = tmp_path / "model.xml"
    for text in ("soon", "2024-05-01"):
        header = f"<cim:FullModel rdf:ID='m'><cim:Model.created>{text}</cim:Model.created></cim:FullModel><cim:Fuse"
        path.write_text(GOOD.replace("<cim:Fuse", header), encoding="utf-8")
        reading = Reading()
        list(CimSource([path]).batches(reading))
        assert reading.report.accounts[0].as_of is None
