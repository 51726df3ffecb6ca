"""Types of the console: `python -m tests.clients.console_types`, which `make check` runs where Node.js is.

The modules are JavaScript with types in comments; what the API answers to each operation of `operations/` is typed by
the contract. Nothing that is made here is shipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graphql import OperationDefinitionNode, parse

from graph_api.console.site import FOLDER, documents
from tests.node import run

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "schema" / "schema.graphql"


def checked(folder: Path, modules: Path = FOLDER / "js") -> str:
    """What TypeScript finds wrong with the modules, "" for nothing; `folder` has the tools."""
    place = folder / "console"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(HERE / "console", place)
    shutil.copytree(modules, place / "js")
    shutil.copytree(FOLDER / "operations", place / "operations")
    shutil.copy(CONTRACT, folder)
    (place / "js" / "operations.d.ts").write_text("".join(_operations()), "utf-8")
    for step in ("answers", "console"):
        done = run(folder, "npm", "run", "--silent", step)
        if done.returncode:
            return done.stdout + done.stderr
    return ""


def _operations() -> Iterator[str]:
    """The module that `site` makes of the operations, with the type of each one's answer."""
    yield 'import type * as made from "./answers.js";\n'
    yield "declare const operations: Record<string, string>;\nexport default operations;\n"
    yield "export interface Operations {\n"
    for file, text in documents().items():
        own = [each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)]
        for each in own:
            name = each.name.value if each.name else ""
            kind = f"made.{name}{each.operation.value.capitalize()}"
            called = f"{file}.{name}" if len(own) > 1 else file
            yield f'  "{called}": {{ data: {kind}; variables: {kind}Variables }};\n'
    yield "}\n"


def tools() -> Path | None:
    """A folder with the tools, installed once for what `package-lock.json` names; None where npm is not."""
    if shutil.which("npm") is None:
        return None
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = Path(sys.prefix) / "clients" / lock
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        done = run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        if done.returncode:
            shutil.rmtree(folder)
            sys.stderr.write(done.stderr[-500:])
            return None
    return folder


def main() -> int:
    """Say what is wrong; where nothing can be said, that: a failure where Node.js has to be there."""
    held = tools()
    if held is None:
        sys.stdout.write("types of the console: NOT checked, Node.js with npm is not here\n")
        return int(os.environ.get("BAODIAN_REQUIRE_NODE") == "1")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "node_modules").symlink_to(held / "node_modules")
        for each in ("package.json", "codegen.console.json", "tsconfig.console.json"):
            shutil.copy(HERE / each, folder)
        wrong = checked(folder)
    sys.stdout.write(wrong or "types of the console: no fault\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
