"""What comes in and goes out by the terminal never fails for its encoding, nor for a reader who has seen enough."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import Any


def make_lenient() -> None:
    """What standard output and error cannot encode is shown by its number; ASCII, a part of UTF-8, becomes UTF-8.

    Python says ASCII where the locale says nothing (LC_ALL=C); Chinese by number would be of no use to anybody.
    What is written to one that is closed (`>&-`) goes nowhere.
    """
    sys.stdout, sys.stderr = (each or open(os.devnull, "w", encoding="utf-8") for each in (sys.stdout, sys.stderr))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            ascii_alone = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if ascii_alone else stream.encoding, errors="backslashreplace")


def can_show(text: str) -> bool:
    """Whether standard output has every character of a text."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def flush() -> None:
    """Send what is buffered. Raises BrokenPipeError where nobody reads on, OSError where there is no room."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def end_quietly() -> None:
    """Nobody reads on (`| head`): what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a stream without a file
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def typed(value: Any) -> Any:
    """An argument as it was typed, in UTF-8: Python keeps bytes that the locale does not know as surrogates."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return type(value)(map(typed, value)) if isinstance(value, list | tuple) else value
