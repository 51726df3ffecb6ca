"""Answers as JSON, with sentences in the language of the request."""

from __future__ import annotations

from typing import Any

import msgspec

from schema.words import Sentence


def _told(value: Any) -> str:
    """A sentence, in the language of the request; TypeError for anything else that is no JSON."""
    if isinstance(value, Sentence):
        return value.text()
    raise TypeError(f"{type(value).__name__} is no JSON")


encode = msgspec.json.Encoder(enc_hook=_told).encode
