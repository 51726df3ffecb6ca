"""The committed contract: `python -m graph_api.graphql.sdl --check` (what CI runs) or `--write`."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from graph_api.graphql.schema import build_schema

SDL_FILE = Path(__file__).parents[2] / "schema" / "schema.graphql"


def sdl() -> str:
    """The schema in GraphQL's own language."""
    return build_schema().as_str().rstrip() + "\n"


def drift(committed: str, current: str) -> list[str]:
    """Difference between the committed contract and the code, as diff lines; empty if none."""
    return list(
        difflib.unified_diff(committed.splitlines(), current.splitlines(), "committed", "current", lineterm="", n=2)
    )


def main(arguments: list[str] | None = None) -> int:
    """Write or check the contract; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m graph_api.graphql.sdl", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="fail if schema/schema.graphql is not what the code says")
    mode.add_argument("--write", action="store_true", help="write schema/schema.graphql")
    parser.add_argument("--file", type=Path, default=SDL_FILE, help="where the contract is (for tests)")
    options = parser.parse_args(arguments)
    current = sdl()
    if options.write:
        options.file.write_text(current, encoding="utf-8")
        return 0
    committed = options.file.read_text(encoding="utf-8") if options.file.exists() else ""
    found = drift(committed, current)
    if found:
        sys.stderr.write("\n".join(found[:80]) + "\nThe API differs from schema/schema.graphql: run `make fix`.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
