"""Memory that is free is given back, between two works that need much of it."""

from __future__ import annotations

import ctypes
import gc
import os


def release() -> None:
    """Give back what is not needed any more: a million rows must not be held twice.

    Who refers to whom in circles is found by the collector alone, and the C library keeps what is freed unless told.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
