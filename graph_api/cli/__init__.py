"""The command line `baodian`: one module per group of commands; `main` is what the installed script calls."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 the input or the usage was wrong."""
    import typer

    from graph_api.cli.application import application, language_of, without_language
    from graph_api.cli.streams import make_lenient
    from graph_api.settings import stand_in_zone, without_plugins
    from schema.words import speaking

    make_lenient()
    without_plugins()
    stand_in_zone()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        language = language_of(given)
    except typer.BadParameter as error:
        from graph_api.cli import usage  # what only wrong usage has to wait for

        usage.show(error)
        sys.exit(2)
    with speaking(language):
        application()(list(without_language(given)), prog_name="baodian")


__all__ = ["main"]
