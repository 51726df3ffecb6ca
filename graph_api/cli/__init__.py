"""The command line `baodian`: one module per group of commands; `main` is what the installed script calls."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 the input or the usage was wrong."""
    from graph_api.cli.application import application, language_of, without_language
    from schema.words import speaking

    given = sys.argv[1:] if arguments is None else arguments
    with speaking(language_of(given)):
        application()(list(without_language(given)), prog_name="baodian")


__all__ = ["main"]
