"""`baodian schema`: what the graph may contain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.errors import InvalidInput
from schema import reference


def schema(
    name: Annotated[
        str | None, typer.Argument(help="One entity kind or vocabulary, as Feeder or 馈线; without it, all in short.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the whole reference as a Markdown page.")] = False,
    out: Annotated[Path, typer.Option("--out", help="Where --markdown writes; - is the terminal.")] = Path(
        "docs/schema.md"
    ),
    as_json: output.JsonOption = False,
) -> None:
    """Show what the graph may contain: entity kinds, fields with units, relationships, vocabularies."""
    page = reference.reference()
    if markdown:
        _write(reference.markdown(), out)
    elif as_json:
        output.emit_json(page if name is None else _named(page, name))
    elif name is None:
        _overview(page)
    else:
        _show(_named(page, name))


def _write(text: str, out: Path) -> None:
    if str(out) == "-":
        print(text, end="")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    output.notice(f"Written: {out}")


def _named(page: reference.SchemaReference, name: str) -> reference.KindReference | reference.VocabularyReference:
    wanted = name.casefold()
    for kind in page.kinds:
        if wanted in (kind.label.casefold(), kind.kind.casefold(), kind.zh):
            return kind
    for vocabulary in page.vocabularies:
        if wanted == vocabulary.name.casefold():
            return vocabulary
    raise InvalidInput(f"The schema has no kind or vocabulary {name!r}; `baodian schema` lists them all.", name=name)


def _overview(page: reference.SchemaReference) -> None:
    for group, heading in reference.GROUPS.items():
        kinds = [kind for kind in page.kinds if kind.group == group]
        rows = ((kind.label, kind.zh, len(kind.fields), kind.description) for kind in kinds)
        output.emit(output.table(heading, "kind", "中文", "fields", "what it is", rows=rows, numbers=["fields"]))
    links = ((link.kind, link.zh, link.en, _ends(link.from_kinds), _ends(link.to_kinds)) for link in page.relationships)
    output.emit(output.table("Relationships", "kind", "中文", "meaning", "from", "to", rows=links))
    words = ((each.name, each.description, ", ".join(term.code for term in each.terms)) for each in page.vocabularies)
    output.emit(output.table("Vocabularies", "name", "what it is", "codes", rows=words))
    output.emit("\nOne kind with its fields: [bold]baodian schema Feeder[/bold]")


def _ends(labels: tuple[str, ...], shown: int = 4) -> str:
    return ", ".join(labels[:shown]) + (f" and {len(labels) - shown} more" if len(labels) > shown else "")


def _show(item: reference.KindReference | reference.VocabularyReference) -> None:
    if isinstance(item, reference.VocabularyReference):
        terms = ((term.code, term.zh, term.en, term.source) for term in item.terms)
        output.emit(output.table(f"{item.name}: {item.description}", "code", "中文", "English", "source", rows=terms))
        return
    common = reference.reference().common
    fields = (
        (field.name + (" *" if field.required else ""), field.type, field.unit, field.zh, field.en)
        for field in (*common, *item.fields)
    )
    heads = ("field", "type", "unit", "中文", "meaning")
    output.emit(output.table(f"{item.label} {item.zh}", *heads, rows=fields))
    output.emit("* a value must be given")
