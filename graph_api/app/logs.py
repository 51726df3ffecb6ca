"""The one log: one JSON object a line, with request ids and without telephone numbers.

Every logger of the process ends in its one handler, which stands at the root: ours, those of libraries, Python's
warnings, uncaught errors of threads.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from typing import TextIO

from graph_api.visible import visible

OURS = ("baodian", "graph_api", "loaders", "schema", "seeds")
"""Loggers of the product, which the level is for; of others only warnings are told."""
_MESSAGES = 100
"""Messages whose last time is remembered."""
_PHONE = re.compile(r"\+[1-9]\d{6,14}\b|\b1[3-9]\d{9}\b")


def without_phones(text: str) -> str:
    """The text with telephone numbers (E.164, Chinese mobiles) cut to their last two digits."""
    return _PHONE.sub(lambda found: "***" + found.group()[-2:], text)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the record's `facts`, and the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return without_phones(json.dumps(line, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """Lines for a person at a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, without a traceback: what others wrote begins no line of its own and acts on no terminal."""
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        return visible(f"{super().formatMessage(record)} {facts}".rstrip(), kept="")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback if any."""
        return without_phones(super().format(record))


class OnceASecond(logging.Filter):
    """Lets one line of each message through in a second, and says in the next how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        message = str(record.msg).partition("\n")[0]
        at, left_out = self._told.get(message, (0.0, 0))
        if record.created - at < 1:
            self._told[message] = (at, left_out + 1)
            return False
        if len(self._told) >= _MESSAGES:
            self._told.clear()
        self._told[message] = (record.created, 0)
        if left_out:
            record.facts = {**getattr(record, "facts", {}), "left_out": left_out}
        return True


class ClientsFault(logging.Filter):
    """Tells of what a client sent wrongly in one line, without the traceback that a library adds."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line is written."""
        if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
            record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
        return True


class OneLog(logging.StreamHandler[TextIO]):
    """The one handler of this process. Without a stream it writes to what is standard error at that moment."""

    def __init__(self, formatter: logging.Formatter, stream: TextIO | None) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(formatter)
        self._given = stream

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where the next line goes."""
        return self._given or sys.stderr


def configure_logging(level: str = "INFO", style: str = "json", stream: TextIO | None = None) -> logging.Handler:
    """Send every line of this process to a stream (standard error): our own from `level` on, others' warnings.

    Uncaught errors of threads and Python's warnings are lines of it, too. A second call replaces the first.
    """
    handler = OneLog(JsonFormatter() if style == "json" else TextFormatter(), stream)
    root = logging.getLogger()
    root.handlers[:] = [*(each for each in root.handlers if not isinstance(each, OneLog)), handler]
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    threading.excepthook = _thread_died
    return handler


def _thread_died(died: threading.ExceptHookArgs) -> None:
    if died.exc_value is not None and not isinstance(died.exc_value, SystemExit):
        what = died.exc_type, died.exc_value, died.exc_traceback
        logging.getLogger("baodian").error("a thread ended with an error", exc_info=what)
