"""Pages that load small files of docs/examples into an empty store: each ```console block is run again, in order.

`<!-- language LANG -->` is the setting `lang`; a block of ```text FILE shows a file of docs/examples as it is.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.records.page import DOCS
from tests.records.tour import BLOCK, HEAD, LANGUAGE, baodian

EXAMPLES = DOCS / "examples"
SHOWN = re.compile(r"```text (?P<file>\S+)\n.*?```", re.DOTALL)
_SECONDS = re.compile(r"(?<=用时 )\d+\.\d(?= 秒)|(?<= in )\d+\.\d(?= s:)")


def renewed_example(page: Path) -> str:
    """The page with the output of every command made again."""
    text = page.read_text(encoding="utf-8")
    language = LANGUAGE.search(text)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "files"
        shutil.copytree(EXAMPLES, folder)

        def block(found: re.Match[str]) -> str:
            cut = HEAD.fullmatch(found["command"])
            _, *arguments = shlex.split(cut["command"] if cut else found["command"])
            printed = baodian(arguments, f"sqlite:///{scratch}/first.db", language[1] if language else "en", folder)
            lines = _SECONDS.sub("0.1", printed).splitlines(keepends=True)
            kept = "".join(lines[: int(cut["lines"])] if cut else lines)
            return f"```console\n$ {found['command']}\n{kept}```"

        text = BLOCK.sub(block, text)
    return SHOWN.sub(lambda found: f"```text {found['file']}\n{_file(found['file'])}```", text)


def _file(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8").replace("\r\n", "\n")
