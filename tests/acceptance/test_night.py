"""The night of acceptance on both stores; the service is killed at 03:20, and Neo4j at 03:40."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from tests.acceptance.desk import RETRYABLE, Desk
from tests.acceptance.playing import play
from tests.neo4j.fixtures import VERSION, started
from tests.neo4j.server import Neo4jServer


@pytest.mark.slow
def test_the_night_on_a_file(tmp_path: Path) -> None:
    is_filed(play(f"sqlite:///{tmp_path}/night.db", tmp_path))


def is_filed(files: dict[str, Path]) -> None:
    """The report as PDF and Word tells what happened, with its figures."""
    tables = Document(str(files[".docx"])).tables
    written = "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)
    printed = "".join("".join(page.extract_text() for page in PdfReader(files[".pdf"]).pages).split())
    for text in ("滨河一线跳闸", "接入发电车", "遥控失败", "13.15", "3435"):
        assert text in written.replace(",", ""), text
        assert text in printed.replace(",", ""), text


@pytest.mark.slow
@pytest.mark.skipif("NEO4J_URI" in os.environ, reason="the server is killed: it has to be the test's own")
def test_the_night_on_neo4j(tmp_path: Path) -> None:
    with started(Neo4jServer(tmp_path / "neo4j", version=VERSION)) as server:

        def killed(desk: Desk) -> None:
            note = {"incident": "I1", "note": "数据库故障期间", "requestId": "while-away"}
            out = desk.state()["recorded"]["outCount"]
            server.kill()
            assert desk.state()["recorded"]["outCount"] == out, "answered from memory"
            assert desk.try_to("addNote", **note)[1] in ("STORE_UNAVAILABLE", "OUTCOME_UNKNOWN")
            server.start()
            desk.until(lambda: desk.try_to("addNote", **note)[1] not in RETRYABLE)
            assert desk.does("addNote", **note)["repeated"], "sent again it has one effect"

        is_filed(play(server.uri, tmp_path, killed))
