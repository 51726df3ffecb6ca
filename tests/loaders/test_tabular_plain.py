"""The plain mapping: tables named like kinds, columns like fields and relationships."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph_api.errors import LoadError
from loaders.source import Reading
from schema.customer import Customer
from schema.grid import ACLineSegment, Breaker, DistributionStation
from schema.people import Shift
from schema.registry import EntityKind
from schema.vocabulary import CustomerStatus, Importance, StationType, SwitchPosition
from tests.loaders.tables import read, write


def test_fields_and_relationships_by_name_and_forward_references(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "ACLineSegment.csv": """
            id,name,length_m,connects_1,connects_2,contained_in
            L1,one,12.5,N1,N2,F1
        """,
        "ConnectivityNode.csv": "id\nN1\nN2\n",
        "Feeder.csv": "id,name,aliases\nF1,10kV 一线,一线;old line\n",
    })  # fmt: skip
    found = read(folder)
    assert found.links == {"L1 CONNECTS1 N1", "L1 CONNECTS2 N2", "L1 CONTAINED_IN F1"}
    line = found.entities["L1"]
    assert isinstance(line, ACLineSegment)
    assert (line.length_m, line.row) == (12.5, 2)
    assert found.entities["F1"].aliases == ("一线", "old line")
    assert found.source.covers() == {EntityKind.AC_LINE_SEGMENT, EntityKind.CONNECTIVITY_NODE, EntityKind.FEEDER}
    assert not found.report.rejects
    assert not found.report.findings


def test_chinese_names_units_and_labels(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "断路器.csv": """
            标识,名称,正常位置,可遥控,额定电压(kV),position
            B1,开关,分,是,10,Closed
        """,
    })  # fmt: skip
    breaker = read(folder).entities["B1"]
    assert isinstance(breaker, Breaker)
    assert breaker.normal_position is SwitchPosition.OPEN
    assert breaker.position is SwitchPosition.CLOSED
    assert breaker.remote_controlled is True
    assert breaker.nominal_kv == 10


def test_table_of_relationships(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "Breaker.csv": "id\nB1\n",
        "ConnectivityNode.csv": "id\nN1\n",
        "Relationship.csv": """
            kind,source,target,key
            CONNECTS,B1,N1,1
            connects,B1,N1,1
            连接,B1,N9,2
            FEEDS,B1,N1,
            CONNECTS,N1,B1,1
            CONNECTS,,N1,1
        """,
    })  # fmt: skip
    found = read(folder)
    assert found.links == {"B1 CONNECTS1 N1"}
    assert {row for row, _, _ in found.rejected} == {4, 5, 6, 7}
    account = found.report.accounts[-1]
    assert (account.rows_read, account.taken, account.duplicates, account.rejected) == (6, 1, 1, 4)


def test_dangling_reference_is_dropped_and_told(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Person.csv": "id,member_of\nP1,T9\n"}))
    assert set(found.entities) == {"P1"}
    assert not found.links
    (finding,) = found.report.findings
    assert (finding.row, finding.column, finding.value, finding.dropped) == (2, "member_of", "T9", True)


def test_reference_to_what_is_in_the_graph_already(tmp_path: Path) -> None:
    reading = Reading(known=lambda ident: EntityKind.TEAM if ident == "T9" else None, first_load=7)
    found = read(write(tmp_path, {"Person.csv": "id,member_of\nP1,T9\n"}), reading=reading)
    assert found.links == {"P1 MEMBER_OF T9"}
    assert found.entities["P1"].load == 7


def test_repeated_keys(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Team.csv": "id,name\nT1,a\nT1,a\nT1,b\n"}))
    account = found.report.accounts[0]
    assert (account.taken, account.duplicates, account.rejected) == (1, 1, 1)
    assert "row 2" in found.report.rejects[0].reason


def test_containment_in_a_circle_is_dropped(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Area.csv": "id,contained_in\nA,B\nB,A\nC,A\nD,D\n"}))
    assert found.links == {"C CONTAINED_IN A"}
    assert len(found.report.findings) == 3
    assert len(found.entities) == 4


def test_a_rejected_row_is_kept_wherever_its_id_stands(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Person.csv": 'active,id,member_of\nmaybe,P1,\n是,P2,"[1"\n是,P3,"[""T1"",2]"\n'}))
    assert found.kept == {"P1", "P2", "P3"}
    assert [column for _, column, _ in found.rejected] == ["active", "member_of", "member_of"]


def test_bad_values_are_rejected_one_by_one(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "ACLineSegment.csv": "id,length_m\nL1,-4\nL2,four\n,1\nL3,1\n",
        "Contact.csv": "id,value,contact_type\nC1,99887,MOBILE\nC2,+8613912345678,Pigeon\nC3,+8613912345678,手机\n",
        "Shift.csv": """
            id,start,end,shift_type
            S1,2026-01-01T08:00:00,2026-01-01T16:00:00+08:00,DUTY
            S2,20260101,2026-01-01T16:00:00+08:00,DUTY
            S3,2026-01-01T08:00:00+08:00,2026-01-01T16:00:00+08:00,
            S4,yesterday,2026-01-01T16:00:00+08:00,
            S5,,2026-01-01T16:00:00+08:00,
        """,
        "PlanVersion.csv": "id,version,approved_on\nV1,1,20260102\nV2,1,2026/01/02\nV3,1,soon\n",
    })  # fmt: skip
    found = read(folder)
    assert set(found.entities) == {"L3", "C3", "S3", "V1", "V2"}
    assert found.kept >= {"L1", "L2", "C1", "C2", "S1", "S2", "S4", "S5", "V3"}
    assert "99887" not in str(found.report.rejects)
    shift = found.entities["S3"]
    assert isinstance(shift, Shift)
    assert shift.start == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"Custmer.csv": "id\n1\n"}, "Did you mean Customer"),
        ({"README.csv": "id\n1\n"}, "No table to load"),
        ({"UCMT_tab_9_ABC_1.csv": "COD_ID\n1\n"}, "--mapping bdgd"),
        ({"Contact.csv": "id,name\n1,a\n"}, "no column value"),
        ({"Tower.csv": "name\na\n"}, "no column id"),
        ({"Customer.csv": "id,合同容量(hp)\n1,2\n"}, "is in hp"),
        ({"Relationship.csv": "kind,source\nCONNECTS,a\n"}, "no column target"),
    ],
)
def test_unusable_tables(tmp_path: Path, files: dict[str, str | bytes], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(write(tmp_path, files))


def test_unknown_column_is_told(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Customer.csv": "id,importanc\nC1,FIRST\n"}))
    (finding,) = found.report.findings
    assert "Did you mean importance" in finding.reason
    assert found.report.accounts[0].unread == ("importanc",)


def test_labels_of_fields_that_share_a_type_stay_apart(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"线路段.csv": "标识,经度,终点经度\nL,120.5,121.5\n"}))
    line = found.entities["L"]
    assert isinstance(line, ACLineSegment)
    assert (line.longitude, line.end_longitude) == (120.5, 121.5)


def test_numbers_that_are_none_and_places_off_the_map(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Site.csv": "id,longitude\nS1,nan\nS2,inf\nS3,1e400\nS4,120\n"}))
    assert set(found.entities) == {"S4"}


def test_words_of_former_days_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "配电站.csv": "标识,配电站类型\nD1,开闭所\n",
        "连接点.csv": "标识\nN1\nN2\n",
        "线路段.csv": "标识,敷设方式,连接_1,连接_2\nL1,电缆,N1,N2\n",
        "客户.csv": "标识,重要等级,客户状态\nC1,特级重要用户,停用\nC2,普通用户,正常用电\n",
    })  # fmt: skip
    found = read(folder)
    assert not found.report.rejects
    assert not found.report.findings
    station = found.entities["D1"]
    assert isinstance(station, DistributionStation)
    assert station.station_type is StationType.SWITCHING_STATION
    customer = found.entities["C1"]
    assert isinstance(customer, Customer)
    assert (customer.importance, customer.status) == (Importance.SPECIAL, CustomerStatus.INACTIVE)
    assert found.links == {"L1 CONNECTS1 N1", "L1 CONNECTS2 N2"}


def test_headings_of_relationships_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path, {
        "连接节点.csv": "标识\nN1\nN2\n",
        "馈线.csv": "标识,首端设备\nF1,L1\n",
        "线路段.csv": "标识,端子1连接节点,端子2连接节点,所属对象\nL1,N1,N2,F1\n",
    })  # fmt: skip
    found = read(folder)
    assert not found.report.findings
    assert found.links == {"L1 CONNECTS1 N1", "L1 CONNECTS2 N2", "L1 CONTAINED_IN F1", "F1 STARTS_AT L1"}
