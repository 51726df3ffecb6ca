"""A receiver of messages on this machine, which answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

SECRET = "a secret of thirty-two characters"  # noqa: S105 (of a receiver that lives as long as a test)


class Taken(NamedTuple):
    """A request that came."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


class Receiver:
    """Keeps what comes. `answers`: statuses by turns, the last one for ever; None = no answer until it stops."""

    def __init__(self, answers: Sequence[int | None] = (204,)) -> None:
        self.answers = list(answers)
        self.taken: list[Taken] = []
        self.came = threading.Event()
        self._stops = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answers = receiver.answers
                status = answers[min(len(receiver.taken), len(answers) - 1)]
                receiver.taken.append(Taken({key.lower(): value for key, value in self.headers.items()}, body))
                receiver.came.set()
                if status is None:
                    receiver._stops.wait(60)
                    return
                self.send_response(status)
                if status in (301, 302, 307, 308):
                    self.send_header("Location", f"{receiver.address}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is told."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self._stops.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiving(answers: Sequence[int | None] = (204,)) -> Iterator[Receiver]:
    """A receiver until this is left."""
    receiver = Receiver(answers)
    try:
        yield receiver
    finally:
        receiver.stop()


def channel_file(folder: Path, **channels: str) -> Path:
    """A file of channels by name and address."""
    secret = folder / "secret"
    secret.write_text(SECRET)
    rows = [
        f"  - {{name: {name}, url: '{url}', secret_file: '{secret}', timeout_s: 2}}" for name, url in channels.items()
    ]
    file = folder / "channels.yaml"
    file.write_text("channels:\n" + "\n".join(rows) + "\n")
    return file
