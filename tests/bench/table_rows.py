"""Rows about lists as people keep them: a phone list, and a list of customers as a workbook, from file to store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from graph_api.commands.ingest import ingest
from loaders.tabular import TabularSource
from loaders.tabular.writing import Writing
from tests.bench.report import Row
from tests.bench.store_rows import opened

CHINA = Writing.of("Asia/Shanghai", "CN")
PHONES_PER_S, ROWS_PER_S = 8_000, 20_000


async def list_rows(count: int, folder: Path, *, judged: bool) -> list[Row]:
    """Both lists, loaded as `baodian load` does: read, validated, compared with an empty store and committed."""
    lists = (
        ("a phone list", _phone_list(count, folder), PHONES_PER_S),
        ("a list of customers in a workbook", _workbook(count, folder), ROWS_PER_S),
    )
    return [await _row(what, file, target if judged else None) for what, file, target in lists]


async def _row(what: str, file: Path, target: float | None) -> Row:
    begin = time.perf_counter()
    async with opened(file.with_suffix(".db")) as store:
        outcome = (await ingest(store, TabularSource.open(file, writing=CHINA))).checked()
    seconds = time.perf_counter() - begin
    report = outcome.report
    assert report.taken == report.rows_read, report.rejects[:3]
    return Row(
        what=f"ingest: {what}", size=f"{report.rows_read:,} rows", value=report.rows_read / seconds, unit="rows/s",
        target=target, at_least=True,
    )  # fmt: skip


def _phone_list(count: int, folder: Path) -> Path:
    rows = (f"人{n},班长,13{900_000_000 + n},025-8{4_000_000 + n % 1_000_000},2026-03-05\n" for n in range(count))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "通讯录.csv"
    file.write_text("姓名,职务,手机,座机,核实日期\n" + "".join(rows), encoding="utf-8")
    return file


def _workbook(count: int, folder: Path) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("客户")
    rows: list[Sequence[object]] = [("户号", "户名", "重要等级", "合同容量", "行业")]
    rows += [(f"{3_200_000_000 + n}", f"客户{n}", "普通" if n % 9 else "二级", n % 900, "商业") for n in range(count)]
    for row in rows:
        sheet.append(row)
    file = folder / "客户.xlsx"
    book.save(file)
    return file
