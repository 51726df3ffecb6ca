"""The log as a test reads it."""

from tests.app.conftest import stream

__all__ = ["stream"]
