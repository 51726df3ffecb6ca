"""The log: one JSON object a line, with request ids and without telephone numbers."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

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

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        return without_phones(f"{super().format(record)} {facts}".rstrip())


def configure_logging(level: str = "INFO", style: str = "json", stream: TextIO | None = None) -> logging.Handler:
    """Send the log of `baodian` to a stream (standard error); a second call replaces the first."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logger = logging.getLogger("baodian")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
    return handler
