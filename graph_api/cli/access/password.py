"""The password of an account as commands take it: asked at the terminal, or in a file that nobody else may read."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Annotated

import typer

from graph_api.errors import InvalidInput
from schema.words import say, text_of

PasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help=say("File whose first line is the password, mode 600; without it, it is asked at the terminal."),
    ),
]
_OTHERS = 0o077
_MOST_BYTES = 4_096


def password_for(name: str, file: Path | None) -> str:
    """The digest of a new password of that account. Raises InvalidInput for one that is too weak, or not given."""
    from graph_api.access.passwords import digest_of, usable  # what only running has to wait for

    return digest_of(usable(_in(file) if file is not None else _typed(), name))


def _in(file: Path) -> str:
    handle = os.open(file, os.O_RDONLY)
    try:
        found = os.fstat(handle).st_mode
        if not stat.S_ISREG(found):
            raise InvalidInput(say("{file} is no file.", file=str(file)))
        if found & _OTHERS:
            raise InvalidInput(
                say("{file} may be read by others, so what stands in it is no secret: chmod 600 it.", file=str(file))
            )
        return os.read(handle, _MOST_BYTES).decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise InvalidInput(say("{file} is no text in UTF-8.", file=str(file))) from error
    finally:
        os.close(handle)


def _typed() -> str:
    if not sys.stdin.isatty():
        raise InvalidInput(
            say("There is no terminal to ask the password at; give it in a file of mode 600: --password-file FILE.")
        )
    typed: str = typer.prompt(text_of(say("Password")), hide_input=True, confirmation_prompt=True, err=True)
    return typed
