"""What leaves this machine: messages without its folders, whoever asks. The log and the machine's own user see them."""

from __future__ import annotations

import re
from typing import Any

from graph_api.errors import ErrorCode

_FOLDERS = re.compile(r"(?<![^\s(\"'])(?:[A-Za-z]:)?[\\/](?:[^\s\\/]+[\\/])*(?=[^\s\\/])")
_OF_STORE = frozenset(
    code.value for code in ErrorCode if code.value.startswith(("STORE_", "LOAD_", "OUTCOME_", "UPGRADE_", "STALE_"))
)


def without_folders(told: str) -> str:
    """The text with names of files alone, without where they lie."""
    return _FOLDERS.sub("", told)


def outward(shaped: dict[str, Any]) -> dict[str, Any]:
    """An error of the API for who is not on this machine: of the store's own, no folder stands in it.

    Messages of other errors repeat what was sent and stay as they are.
    """
    extensions = shaped["extensions"]
    if extensions["code"] not in _OF_STORE:
        return shaped
    details = {
        name: without_folders(value) if isinstance(value, str) else value
        for name, value in extensions.get("details", {}).items()
    }
    told = {**extensions, **({"details": details} if details else {})}
    return {**shaped, "message": without_folders(shaped["message"]), "extensions": told}


def outward_body(body: dict[str, Any]) -> dict[str, Any]:
    """An answer for who is not on this machine."""
    if "errors" not in body:
        return body
    return {**body, "errors": [outward(each) for each in body["errors"]]}
