"""Passwords that change, wrong ones that are not tried over and over, and encryption."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph_api.errors import InvalidInput, StoreUnavailable
from graph_api.stores import open_store
from graph_api.stores.neo4j.preparing import is_new_enough
from tests.neo4j.fixtures import VERSION, started
from tests.neo4j.server import Neo4jServer

# of an encrypted connection that is refused the driver leaves the socket to the garbage collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WORD, NEXT = "gu4rded-by-this", "and-then-by-that"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that signs itself, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("certificates")
    openssl = shutil.which("openssl")
    if openssl is None:
        assert os.environ.get("BAODIAN_REQUIRE_NEO4J") != "1", "a certificate is made with openssl"
        pytest.skip("no openssl: it makes the certificate")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-keyout", "private.key", "-out", "public.crt", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[Neo4jServer]:
    home = tmp_path_factory.mktemp("encrypted")
    server = Neo4jServer(home, version=VERSION, password=WORD, heap="512m", certificates=certificates)
    with started(server):
        yield server


@pytest.fixture
def word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Writes the file of the password, which holds the right one at first."""
    file = tmp_path / "word"
    file.write_text(WORD, "utf-8")
    monkeypatch.setenv("BAODIAN_STORE_PASSWORD_FILE", str(file))
    return lambda text: file.write_text(text, "utf-8")


@pytest.mark.usefixtures("word")
async def test_a_ca_file_is_what_an_encrypted_server_is_trusted_by(
    encrypted: Neo4jServer, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = encrypted.uri.replace("bolt:", "bolt+s:")
    for address in (trusted, trusted.replace("bolt", "neo4j")):
        store = open_store(address)
        with pytest.raises(StoreUnavailable, match=r"not trusted .*BAODIAN_STORE_CA_FILE"):
            await store.revision()
        await store.close()
    monkeypatch.setenv("BAODIAN_STORE_CA_FILE", str(certificates / "public.crt"))
    store = open_store(trusted)
    assert await store.revision() == 0
    await store.close()


@pytest.mark.usefixtures("word")
async def test_encryption_on_one_side_only_is_said(encrypted: Neo4jServer, neo4j_uri: str) -> None:
    for address, told in (
        (encrypted.uri, "may want TLS"),
        (neo4j_uri.replace("bolt:", "bolt+s:"), "does not speak TLS"),
    ):
        store = open_store(address)
        with pytest.raises(StoreUnavailable, match=told):
            await store.revision()
        await store.close()
    gc.collect()


def test_a_ca_file_that_cannot_be_used_is_said(
    certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none.pem").write_text("no certificate", "utf-8")
    for file, address, told in (
        (tmp_path / "none.pem", "bolt+s://h", "holds no certificates"),
        (tmp_path / "missing.pem", "bolt+s://h", "no such file"),
        (certificates / "public.crt", "bolt://h", "write neo4j\\+s://"),
        (certificates / "public.crt", "bolt+ssc://h", "write neo4j\\+s://"),
    ):
        monkeypatch.setenv("BAODIAN_STORE_CA_FILE", str(file))
        with pytest.raises(InvalidInput, match=told):
            open_store(address)


async def test_a_password_is_changed_under_a_running_store(
    encrypted: Neo4jServer, word: Callable[[str], object]
) -> None:
    store = open_store(encrypted.uri.replace("bolt:", "bolt+ssc:"))
    assert await store.revision() == 0
    with encrypted.driver() as driver, driver.session(database="system") as session:
        session.run("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", old=WORD, new=NEXT).consume()
    encrypted.password = NEXT
    word(NEXT)
    encrypted.kill()
    encrypted.start()
    assert await store.revision() == 0
    await store.close()


async def test_a_wrong_password_is_tried_once_and_no_more(
    encrypted: Neo4jServer, word: Callable[[str], object]
) -> None:
    """Three wrong ones in a row lock the user out for five seconds, whoever asks."""
    word("wrong-one")
    store = open_store(encrypted.uri.replace("bolt:", "bolt+ssc:"))
    for _ in range(8):
        with pytest.raises(StoreUnavailable, match="BAODIAN_STORE_PASSWORD_FILE") as refused:
            await store.revision()
        assert "wrong-one" not in refused.value.message
    assert encrypted.password
    word(encrypted.password)
    # at once: nothing is locked, and the file is read again
    assert await store.revision() == 0
    await store.close()
    gc.collect()


def test_an_old_server_is_known() -> None:
    assert [
        version for version in ("4.4.40", "5.25.1", "5.26.0", "5.26.30", "2026.08.1") if is_new_enough(version)
    ] == [
        "5.26.0",
        "5.26.30",
        "2026.08.1",
    ]
