"""A page that a program makes: written, or compared with what is checked in."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def run(pages: Mapping[Path, Callable[[], str]], description: str | None) -> None:
    """Write the pages; with `--check` leave them, show what differs and exit 1."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("pages", nargs="*", help="only these, by file name; without any, all")
    chosen = parser.parse_args()
    wanted = {page: make for page, make in pages.items() if not chosen.pages or page.name in chosen.pages}
    stale = [page for page, make in wanted.items() if not _settled(page, make(), chosen.check)]
    if stale:
        print("make these again with `make all`:", *(page.relative_to(ROOT) for page in stale), file=sys.stderr)  # noqa: T201
        raise SystemExit(1)


def _settled(page: Path, made: str, check: bool) -> bool:
    """Whether the page holds what was made, after it was written if it may be."""
    if not check:
        page.write_text(made, encoding="utf-8")
        return True
    held = page.read_text(encoding="utf-8") if page.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(held.splitlines(True), made.splitlines(True), str(page), "made now"))
    return held == made
