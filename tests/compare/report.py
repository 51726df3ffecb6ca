"""The report: what was asked, what differs, what was masked, which words changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.compare.compared import Found
from tests.compare.difference import Number, written
from tests.compare.fields_asked import Name
from tests.compare.masks import MASKS
from tests.compare.schemas import SchemaChanges
from tests.compare.session import Comparison, Session

LONGEST = 600
"""Characters of a value that are shown."""
SHOWN = 20
"""Differences that the terminal shows; the report has more."""
MOST = 400
"""Differences that are shown one by one."""


def report(comparison: Comparison, schemas: SchemaChanges, sessions: list[Session], seconds: float) -> str:
    """The whole report, as Markdown."""
    parts = [
        _head(comparison, schemas, sessions, seconds),
        _differences(comparison.outcome.found, schemas),
        _failed(comparison.outcome.failed),
        _masks(comparison),
        _words(comparison.outcome.words, schemas),
        _schema(schemas, comparison.outcome.additions),
        _reach(comparison),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def is_equal(comparison: Comparison, schemas: SchemaChanges) -> bool:
    """Whether nothing differs that may not."""
    return not comparison.outcome.found and not schemas.refused


def summary(comparison: Comparison, schemas: SchemaChanges, sessions: list[Session], seconds: float) -> list[str]:
    """What it comes to, in a few lines."""
    outcome = comparison.outcome
    distinct = {written(_request(each)) for session in sessions for each in session.operations}
    return [
        f"{len(distinct):,} distinct operations, {outcome.operations:,} asked in {len(sessions)} sessions, "
        f"{outcome.pages:,} pages, {outcome.bytes:,} bytes, {seconds:.0f} s",
        f"{outcome.equal_bytes:,} pages equal byte for byte, {outcome.pages - outcome.equal_bytes:,} with masks or "
        f"differences; masks needed: {dict(sorted(outcome.masked.items()))}",
        f"{len(outcome.found):,} differences in answers, {len(schemas.refused):,} in the schema, "
        f"{len(_pairs(outcome.words)):,} words changed",
    ]


def examples(comparison: Comparison, schemas: SchemaChanges) -> Iterator[str]:
    """The first differences, a line each."""
    yield from (f"schema: {each}" for each in schemas.refused[:SHOWN])
    for found in comparison.outcome.found[:SHOWN]:
        difference = found.difference
        place = ".".join(map(str, difference.path))
        yield f"{found.operation.name}: {place}: {_text(difference.old):.200} | {_text(difference.new):.200}"


def _request(operation: Any) -> dict[str, Any]:
    return {
        name: json.loads(json.dumps(getattr(operation, name)))
        for name in ("query", "variables", "operation_name", "method", "target", "headers", "body")
    }


def _head(comparison: Comparison, schemas: SchemaChanges, sessions: list[Session], seconds: float) -> Iterator[str]:
    verdict = "No difference" if is_equal(comparison, schemas) else "DIFFERENT"
    yield f"# {verdict}: {comparison.old.commit} and {comparison.new.commit}\n"
    yield from (f"- {line}" for line in summary(comparison, schemas, sessions, seconds))
    yield "\n| session | group | operations |\n|---|---|---|"
    for session in sessions:
        groups = Counter(each.group for each in session.operations)
        yield from (f"| {session.name} | {group} | {count} |" for group, count in groups.items())


def _differences(found: list[Found], schemas: SchemaChanges) -> Iterator[str]:
    yield f"## Differences ({len(found) + len(schemas.refused)})\n"
    yield from (f"- schema: {each}" for each in schemas.refused)
    counts = Counter(_kind_of(each) for each in found)
    if counts:
        yield "| where | how often |\n|---|---|"
        yield from (f"| `{where}` | {count} |" for where, count in counts.most_common(60))
    for each in found[:MOST]:
        yield from _one(each)
    if len(found) > MOST:
        yield f"\n{len(found) - MOST} more are not shown; `--only` asks a part again."


def _failed(found: list[Found]) -> Iterator[str]:
    operations = dict.fromkeys(each.operation.name for each in found)
    yield f"## Where the old tree failed (INTERNAL) and the new one does otherwise ({len(operations)})\n"
    for each in found[:MOST]:
        yield from _one(each)


def _one(found: Found) -> Iterator[str]:
    operation, difference = found.operation, found.difference
    place = ".".join(map(str, difference.path))
    yield f"\n### {operation.name}, page {found.page}: `{place}` ({difference.what})\n"
    asked = operation.body if operation.body is not None else " ".join(operation.query.split())
    yield f"- asked: {operation.method} {operation.target} `{_short(asked)}`"
    if operation.variables or operation.takes:
        given = json.dumps(dict(operation.variables), ensure_ascii=False)
        yield f"- variables: `{_short(given)}`, taken from earlier answers: {dict(operation.takes)}"
    yield f"- old: `{_short(_text(difference.old))}`"
    yield f"- new: `{_short(_text(difference.new))}`"


def _kind_of(found: Found) -> str:
    steps = ["*" if isinstance(step, int) else str(step) for step in found.difference.path]
    return f"{found.difference.what}: {'.'.join(steps)}"


def _masks(comparison: Comparison) -> Iterator[str]:
    yield "## What may differ, and how often it did\n"
    yield "| mask | why | where | times |\n|---|---|---|---|"
    for mask in MASKS:
        where = "<br>".join(f"`{path}`" for path in mask.paths)
        yield f"| {mask.name} | {mask.why} | {where} | {comparison.outcome.masked[mask.name]} |"
    if comparison.outcome.not_compact:
        names = sorted(set(comparison.outcome.not_compact))
        yield f"\nBodies with more blanks or escapes than JSON needs, compared as values there: {', '.join(names[:20])}"


def _pairs(words: Iterable[Found]) -> dict[tuple[str, str, str], int]:
    """Old and new texts by the field they stand in, and how often."""
    return Counter(
        (str(each.difference.path[-1]), _text(each.difference.old), _text(each.difference.new)) for each in words
    )


def _words(words: list[Found], schemas: SchemaChanges) -> Iterator[str]:
    pairs = _pairs(words)
    yield f"## Words of answers, old beside new ({len(pairs)})\n"
    if pairs:
        yield "| field | old | new | times |\n|---|---|---|---|"
        yield from (f"| {name} | {_cell(old)} | {_cell(new)} | {count} |" for (name, old, new), count in pairs.items())
    yield f"\n## Descriptions of the schema, old beside new ({len(schemas.words)})\n"
    if schemas.words:
        yield "| of | old | new |\n|---|---|---|"
        yield from (f"| {what} | {_cell(old)} | {_cell(new)} |" for what, old, new in schemas.words)


def _schema(schemas: SchemaChanges, additions: list[Found]) -> Iterator[str]:
    yield f"## Changes of the schema that break nobody ({len(schemas.permitted)})\n"
    yield from (f"- {each}" for each in schemas.permitted)
    if schemas.lines:
        yield "\n```diff"
        yield from schemas.lines
        yield "```"
    for each in additions:
        yield f"- {each.operation.name}: `{'.'.join(map(str, each.difference.path))}` is new"


def _reach(comparison: Comparison) -> Iterator[str]:
    fields = comparison.fields
    asked = [name for name in fields.all if name in fields.asked]
    held = [name for name in asked if name in fields.held]
    codes = [name for name in fields.all_codes if name in fields.codes]
    yield "## What was reached\n"
    yield f"- {len(asked)} of {len(fields.all)} fields of the old schema were asked for, {len(held)} held something."
    yield f"- {len(codes)} of {len(fields.all_codes)} codes of its enums stood in answers."
    yield f"- never asked: {_names(name for name in fields.all if name not in fields.asked)}"
    yield f"- never held anything: {_names(name for name in asked if name not in fields.held)}"
    yield f"- codes never met: {_names(name for name in fields.all_codes if name not in fields.codes)}"


def _names(names: Iterable[Name]) -> str:
    return ", ".join(".".join(name) for name in names) or "none"


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) and not isinstance(value, Number) else written(value)


def _short(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode().replace("`", "'").replace("\n", " ")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _cell(text: str) -> str:
    return _short(text).replace("|", "\\|")
