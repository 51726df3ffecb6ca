"""A drawn picture as one page of PDF, of its own size, Chinese type embedded."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_HERE = Path(str(files("graph_api.exports")))


def svg_as_pdf(svg: str) -> bytes:
    """The page of a drawing."""
    import typst

    made = typst.compile(
        str(_HERE / "picture" / "page.typ"),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg.replace('"Noto Sans SC"', '"Noto Sans CJK SC"')},
    )
    return bytes(made)
