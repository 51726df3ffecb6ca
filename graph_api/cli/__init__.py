"""The command line `baodian`: one module per group of commands; `main` is what the installed script calls."""

from __future__ import annotations

from graph_api.cli.application import app


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 the input or the usage was wrong."""
    app(prog_name="baodian")


__all__ = ["app", "main"]
