"""The application over the little city of the API's tests, and the log as a test reads it."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator

import pytest

from graph_api.app.logs import OURS, configure_logging
from tests.graphql.conftest import application, city_file, live

__all__ = ["application", "city_file", "live"]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in OURS}
    handlers, hook = root.handlers[:], threading.excepthook
    held = io.StringIO()
    configure_logging("INFO", "json", held)
    yield held
    root.handlers[:], threading.excepthook = handlers, hook
    logging.captureWarnings(False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
