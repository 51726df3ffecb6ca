"""Whether the `schema` that Python finds is ours: an unrelated distribution on the package index has the same name.

Its releases up to 0.7.7 are one file, which our folder wins against; those from 0.7.8 on are a folder like ours, so
that whichever is installed last overwrites the other's `__init__.py`, and uninstalling it deletes ours.
`check_installation` is what an installation ends with; `import graph_api` makes the first half of it at each start.
"""

from __future__ import annotations

import sys
from importlib import import_module

PROJECT = "baodian"
DISTRIBUTION = "schema"
REMEDY = (
    "Baodian needs an environment of its own: python3 -m venv baodian-env && baodian-env/bin/pip install FOLDER, where "
    "FOLDER is Baodian's (or its wheel).\n"
    "保电须装在单独的 Python 环境中：当前环境里另有一个同名的软件包 schema，二者不能并存。请执行 python3 -m venv "
    "baodian-env && baodian-env/bin/pip install FOLDER（FOLDER 为保电的目录或 wheel 文件）。"
)
"""In both languages at once: the words come from the package that is not ours here."""
BAD_ENVIRONMENT = 2
"""Exit code: the same as of wrong input."""


def foreign_schema() -> str | None:
    """Where the package `schema` comes from if it is not ours; None if it is."""
    try:
        found = import_module("schema")
    except ImportError:
        return "nowhere (it is missing)"
    if getattr(found, "PROJECT", None) == PROJECT:
        return None
    folders = ", ".join(getattr(found, "__path__", ()))
    return found.__file__ or f"{folders} (its __init__.py is missing: another distribution overwrote or removed it)"


def unrelated_distribution() -> str | None:
    """Version of the unrelated distribution in this environment; None if it is not there."""
    from importlib import metadata  # 16 ms that a start need not wait for

    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return None


def refuse_foreign_schema() -> None:
    """Leave with one sentence and exit code 2, no traceback, where `schema` is not ours."""
    where = foreign_schema()
    if where is None:
        return
    theirs = unrelated_distribution()
    also = f" The distribution {DISTRIBUTION} {theirs} is installed in this environment." if theirs else ""
    print(f"baodian: the package `schema` is not Baodian's: {where}.{also} {REMEDY}", file=sys.stderr)  # noqa: T201
    raise SystemExit(BAD_ENVIRONMENT)


def check_installation() -> None:
    """Check an installation: exit 2 also where both are installed and ours, by luck, is the one that is found."""
    theirs = unrelated_distribution()
    if theirs is not None:
        print(  # noqa: T201
            f"baodian: the unrelated distribution {DISTRIBUTION} {theirs} is installed in this environment. "
            f"Its package has the name of ours, and only one of the two can work. {REMEDY}",
            file=sys.stderr,
        )
        raise SystemExit(BAD_ENVIRONMENT)
