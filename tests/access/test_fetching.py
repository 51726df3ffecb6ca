"""What is fetched from a provider: over TLS that holds, not from elsewhere, in bounded time and size."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from graph_api.access import fetching
from graph_api.access.fetching import Fetcher, Unfetched, is_safe
from graph_api.access.provider import Provider
from schema.words import Language, Sentence
from tests.access.signing import RSA

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def served(answer: Callable[[str], Answer], certificate: Path | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        scheme = "http" if certificate is None else "https"
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, days: int, host: str = "127.0.0.1") -> Path:
    """A certificate of that host with its key, that ends in so many days."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(RSA.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=90))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(RSA, hashes.SHA256())
    )
    file = folder / f"{days} {host}.pem"
    key = RSA.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key)
    return file


GOOD: Answer = (200, {"Content-Type": "application/json"}, b'{"a": 1}')


def why(fetcher: Fetcher, address: str) -> str:
    with pytest.raises(Unfetched) as told:
        fetcher(address)
    sentence = told.value.args[0]
    assert isinstance(sentence, Sentence)
    assert sentence.text(Language.ZH) != str(sentence)
    return str(sentence)


def test_json_is_fetched_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    pages = {
        "/good": GOOD,
        "/moved": (302, {"Location": "/good"}, b""),
        "/gone": (404, {}, b""),
        "/html": (200, {}, b"<html>"),
        "/long": (200, {}, b" " * (fetching.MOST_BYTES + 1)),
    }
    with served(lambda path: pages[path]) as address:
        fetcher = Fetcher()
        assert fetcher(f"{address}/good") == {"a": 1}
        assert "302" in why(fetcher, f"{address}/moved")
        assert "404" in why(fetcher, f"{address}/gone")
        assert "no JSON" in why(fetcher, f"{address}/html")
        assert "too long" in why(fetcher, f"{address}/long")
    assert "does not answer" in why(fetcher, f"{address}/good")


def test_certificates_have_to_hold(tmp_path: Path) -> None:
    good, expired, other = certificate(tmp_path, 30), certificate(tmp_path, -1), certificate(tmp_path, 30, "127.0.0.2")
    for held, said in ((good, ""), (expired, "certificate has expired"), (other, "IP address mismatch")):
        with served(lambda _: GOOD, held) as address:
            trusting, wary = Fetcher(str(held)), Fetcher()
            if said:
                assert said in why(trusting, address)
            else:
                assert trusting(address) == {"a": 1}
            assert "certificate does not hold" in why(wary, address)
    with pytest.raises(OSError, match="No such file"):
        Fetcher(str(tmp_path / "none.pem"))


async def test_an_expired_certificate_of_the_provider_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    held = certificate(tmp_path, -1)
    with served(lambda _: GOOD, held) as address:
        assert not await Provider(address, Fetcher(str(held))).refresh()
    assert "certificate has expired" in caplog.text


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example/x", True),
        ("http://127.0.0.1:80/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://id.example/x", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1/x", False),
        ("https://", False),
        ("//id.example", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_what_is_asked_in_the_clear(address: str, safe: bool) -> None:
    assert is_safe(address) == safe
    if not safe:
        assert "not https" in why(Fetcher(), address)
