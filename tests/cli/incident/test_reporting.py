"""`baodian incident report` and `watch` on a store that nobody serves, read back by other libraries."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from graph_api.cli.incident import reporting
from graph_api.commands.committing import commit_request
from graph_api.commands.incident.closing import CloseIncident
from graph_api.commands.request import Request
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from graph_api.stores.contract import Commit
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import EscalationRule, ServiceCommitment
from schema.incident import Incident
from schema.incident_terms import WorkOrderState
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from tests.cli.conftest import Shell
from tests.cli.incident.test_incident import desk  # noqa: F401  (a fixture)


def worked_on(desk: Shell) -> None:  # noqa: F811
    desk("incident", "open", "=1021跳闸", "--equipment", "L1", "--by", "严世丽")
    desk("incident", "add", "1", "call=C1", "--work", "巡线", "--team", "滨江抢修班", "--note", "全厂停电")
    desk("incident", "add", "1", "--called", "严世丽", "--outcome", "REACHED", "--fault", "L1")


def test_the_report_as_word_pdf_workbook_and_json(desk: Shell, tmp_path: Path) -> None:  # noqa: F811
    worked_on(desk)
    files = {suffix: tmp_path / f"report{suffix}" for suffix in (".docx", ".pdf", ".xlsx", ".json")}
    for file in files.values():
        assert "entries" in desk("incident", "report", "1", "--out", str(file)).stderr
    said = json.loads(files[".json"].read_text("utf-8"))
    texts = [each["text"] for each in said["timeline"]["nodes"]]
    assert said["stateAt"]["figures"]["peakOut"] == 2
    document = Document(io.BytesIO(files[".docx"].read_bytes()))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {*texts, "=1021跳闸", "滨江抢修班", "严世丽"} <= cells
    assert any("Report of incident" in each.text for each in document.paragraphs)
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files[".pdf"].read_bytes())).pages)
    unbroken = "".join(printed.split())
    for text in ("=1021跳闸", "滨江抢修班", "严世丽", "customerhourswithoutfullsupply"):
        assert text in unbroken, text
    sheet = load_workbook(files[".xlsx"]).worksheets[0]
    (title,) = [row[1] for row in sheet.iter_rows() if row[0].value == "title"]
    assert (title.value, title.data_type) == ("=1021跳闸", "s"), "text, no formula"


def test_a_report_names_each_of_more_customers_than_a_page_holds(shell: Shell, tmp_path: Path) -> None:
    names = {f"C{number}" for number in range(1, 508)}
    supplies = "\n".join(f"n1 - S{number}>C{number}" for number in range(1, 508))
    shell.fill(batch(f"F1 = CB1\nG1 - B1 - CB1 - L1 - n1\n{supplies}"))
    shell("incident", "open", "1021跳闸", "--equipment", "L1", "--by", "严世丽")
    for act, file in (("report", "report.json"), ("hand-over", "sheet.json")):
        shell("incident", act, "1", "--out", str(tmp_path / file))
        told = json.loads((tmp_path / file).read_text("utf-8"))["stateAt"]["recorded"]
        assert {each["customerId"] for each in told["customers"]["nodes"]} == names
        assert len(told["customers"]["nodes"]) == told["totalCount"] == 507


def test_what_was_left_open_stays_in_the_report(desk: Shell, tmp_path: Path) -> None:  # noqa: F811
    desk("incident", "open", "1021跳闸", "--equipment", "L1", "--tripped", "CB1", "--by", "严世丽")
    desk("incident", "add", "1", "--fault", "L1")
    assert "Customers not fully fed: 2, as C1, C2." in desk("incident", "close", "1", code=2).stderr
    desk("incident", "close", "1", "--reason", "并入其他事件")
    desk("incident", "report", "1", "--out", str(tmp_path / "r.json"))
    desk("incident", "report", "1", "--out", str(tmp_path / "r.xlsx"))
    said = json.loads((tmp_path / "r.json").read_text("utf-8"))
    left = {each["kind"]: (each["count"], each["text"]) for each in said["stateAt"]["left"]}
    assert left["CUSTOMERS_OUT"] == (2, "Customers not fully fed: 2, as C1, C2.")
    assert "NOT_REPAIRED" in left
    closed = said["timeline"]["nodes"][-1]["text"]
    assert all(text in closed for _, text in left.values()), closed
    sheet = load_workbook(tmp_path / "r.xlsx").worksheets[0]
    (still,) = [row[1].value for row in sheet.iter_rows() if row[0].value == "still open"]
    assert "Customers not fully fed: 2, as C1, C2." in still
    zh = "".join(desk("--lang", "zh", "incident", "show", "1", "--json").stdout.split())
    assert "结案，尚有未了事项：" in zh
    assert "Customers" not in zh
    desk("incident", "reopen", "1", "又有来电")
    desk("incident", "add", "1", "--repaired")
    assert "Nobody has recorded that the fault is repaired" not in str(
        json.loads(desk("incident", "show", "1", "--json").stdout)["stateAt"]["left"]
    )


def test_in_chinese_and_wrong_names(desk: Shell, tmp_path: Path) -> None:  # noqa: F811
    worked_on(desk)
    file = tmp_path / "报告.docx"
    desk("--lang", "zh", "incident", "report", "1", "--out", str(file))
    document = Document(io.BytesIO(file.read_bytes()))
    assert document.paragraphs[0].text.startswith("事件报告")
    assert "停电时户数" in {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert "name the file so" in desk("incident", "report", "1", "--out", str(tmp_path / "x.txt"), code=2).stderr


def test_what_comes_is_printed_until_it_is_closed(
    desk: Shell,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked_on(desk)
    looks: list[float] = []

    def closed(seconds: float) -> None:
        looks.append(seconds)
        asyncio.run(_close(desk.store))

    monkeypatch.setattr(reporting.time, "sleep", closed)
    told = desk("incident", "watch", "1", "--every", "0.5").stdout.splitlines()
    assert looks == [0.5]
    assert "Opened: =1021跳闸" in told[0]
    assert any("全厂停电" in each for each in told)
    assert "Closed with" in told[-1]
    assert len([each for each in told if "Opened: " in each]) == 1, "each once"


async def _close(address: str) -> None:
    store = open_store(address)
    live = await LiveGraph.open(store)
    graph = live.pin().graph
    (index,) = graph.of_kind(EntityKind.INCIDENT)
    command = CloseIncident(incident=graph.get(Incident, index).id, by="x", reason="y")
    now = datetime.now(UTC)
    made = await commit_request(live, Request(asked=command), now, asyncio.get_running_loop().time() + 20)
    assert isinstance(made, Commit)
    await live.close()
    await store.close()


def test_a_hand_over_is_signed_by_whoever_takes_over(desk: Shell, tmp_path: Path) -> None:  # noqa: F811
    worked_on(desk)
    desk("incident", "switch", "1", "LS9=CLOSED")
    assert "waits for a signature" in desk("incident", "sign", "1", "严世丽", code=2).stderr
    file = tmp_path / "sheet.docx"
    desk("incident", "hand-over", "1", "--out", str(file))
    document = Document(io.BytesIO(file.read_bytes()))
    rows = [[cell.text for cell in row.cells][:3] for row in document.tables[0].rows]
    assert ["work order", "1 巡线 · 滨江抢修班", "sent to a crew"] in rows
    assert ["switch", "LS9", "not in its normal position"] in rows
    assert ["fault", "L1", "the fault is confirmed"] in rows
    assert ["handed over by", "", ""] in [[cell.text for cell in row.cells] for row in document.tables[3].rows]
    assert [[cell.text for cell in row.cells][:4] for row in document.tables[1].rows[1:]] == [
        [name, "ordinary (not listed)", "no supply live", "no load fed"] for name in ("C1", "C2")
    ]
    desk("incident", "add", "1", "--hand-over", "王芳")
    assert "is not signed" in desk("incident", "show", "1").stdout
    assert "who signs" in desk("incident", "sign", "1", "严世丽", code=2).stderr
    assert "王芳 has signed for the hand-over" in desk("incident", "sign", "1", "王芳").stdout
    assert "is not signed" not in desk("incident", "show", "1").stdout
    assert "waits for a signature" in desk("incident", "sign", "1", "王芳", code=2).stderr


def test_a_hand_over_names_what_runs_and_who_was_not_reached(desk: Shell, tmp_path: Path) -> None:  # noqa: F811
    state = WorkOrderState
    kept = {"begins": state.DISPATCHED, "ends": state.ARRIVED}
    desk.fill(
        GraphBatch(
            entities=[
                ServiceCommitment(id="SITE", name="45分钟到场", limit_min=45, **kept),
                ServiceCommitment(id="FAR", name="两日内面谈", begins=state.DISPATCHED, ends=state.CLOSED, limit_min=9),
                EscalationRule(id="ESC", name="十分钟无人确认", after_min=600),
            ],
            relationships=[Relationship(kind=RelationshipKind.ESCALATES_TO, source="ESC", target="P2")],
        )
    )
    desk("incident", "open", "演练跳闸", "--equipment", "L1", "--by", "严世丽", "--level", "II", "--exercise")
    earlier = f"{datetime.now(UTC) - timedelta(minutes=20):%Y-%m-%dT%H:%M:%SZ}"
    desk("incident", "add", "1", "--work", "巡线", "--team", "滨江抢修班", "--at", earlier)
    desk("incident", "add", "1", "--work", "取样", "--person", "王芳")
    desk("incident", "add", "1", "--work-order", "2", "--state", "CLOSED")
    for person, outcome in (("王芳", "NO_ANSWER"), ("严世丽", "NO_ANSWER"), ("严世丽", "REACHED")):
        desk("incident", "add", "1", "--called", person, "--outcome", outcome)
    desk("incident", "add", "1", "--hand-over", "王芳")
    files = {suffix: tmp_path / f"sheet{suffix}" for suffix in (".docx", ".pdf", ".xlsx")}
    for file in files.values():
        desk("incident", "hand-over", "1", "--out", str(file))
    document = Document(io.BytesIO(files[".docx"].read_bytes()))
    rows = [[cell.text for cell in row.cells][:3] for row in document.tables[0].rows]
    assert ["not reached", "王芳", "nobody answered"] in rows
    assert [row[1] for row in rows if row[0] == "work order"] == ["1 巡线 · 滨江抢修班"]
    assert {tuple(row[1:]) for row in rows if row[0] == "time limit"} == {
        ("1 45分钟到场", "running"), ("1 两日内面谈", "over the limit")
    }  # fmt: skip
    assert ["fault", "L1", "the fault is not confirmed"] in rows
    assert ["told unless acknowledged", "十分钟无人确认", ""] in rows
    told = " ".join(each.text for each in document.paragraphs)
    assert "EXERCISE" in told
    assert "Led by 王芳." in told
