"""docs/settings.md, made from the table of settings: `python -m tests.records.settings_page [--check]`."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from graph_api.settings import FILE_SUFFIX, Settings, environment_name, file_variable
from tests.records.page import DOCS, run

PAGE = DOCS / "settings.md"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(value) or "(none)"
    return str(value) if value != "" else "(none)"


def _row(each: Field[Any]) -> str:
    name = environment_name(each.name)
    if each.metadata["secret"]:
        return f"| `{name}`, `{file_variable(each.name)}` | (secret) | {each.metadata['help']} |"
    return f"| `{name}` | `{_shown(each.default)}` | {each.metadata['help']} |"


def settings_page() -> str:
    """The reference page of all settings, in Markdown."""
    head = [
        "# Settings",
        "",
        "Environment variables that `baodian` reads: `baodian serve` all of them, other commands those that they need.",
        f"A secret is best given by a file: the variable that ends in `{FILE_SUFFIX}` names it. "
        "Made from `graph_api/settings.py`.",
        "",
    ]
    foot = [
        "",
        "The demo city's store is kept in `$XDG_CACHE_HOME/baodian` (without that variable, `~/.cache/baodian`);",
        "it may be deleted at any time.",
        "",
    ]
    return "\n".join([*head, "| variable | default | meaning |", "|---|---|---|", *map(_row, fields(Settings)), *foot])


if __name__ == "__main__":
    run({PAGE: settings_page}, __doc__)
