"""Themes: colours of a picture by day, in a dark room and on paper. States differ by shape and text in all of them."""

from __future__ import annotations

import re
from enum import unique
from importlib.resources import files
from pathlib import Path
from typing import Final

from schema.vocabulary import Term


@unique
class PictureTheme(Term):
    """配色: 图形的观看场合。 Where a picture is looked at."""

    DAY = "DAY", "日间", "day"
    NIGHT = "NIGHT", "暗室", "dark room"
    PRINT = "PRINT", "打印", "print"
    PAGE = "PAGE", "随页面", "that of the page around it, which has its style sheet"


_COLOURS: Final[dict[PictureTheme, dict[str, str]]] = {
    PictureTheme.DAY: {
        "ground": "#f6f7f8", "ink": "#23282d", "calm": "#5b6670", "faint": "#b6bec5", "alarm": "#b3261e",
        "warn": "#8a5a00", "mark": "#fff2cc",
    },
    PictureTheme.NIGHT: {
        "ground": "#14181b", "ink": "#dfe4e8", "calm": "#9aa5ae", "faint": "#4a545c", "alarm": "#ff7a6e",
        "warn": "#ffc266", "mark": "#3a3216",
    },
    PictureTheme.PRINT: {
        "ground": "#ffffff", "ink": "#000000", "calm": "#000000", "faint": "#8c8c8c", "alarm": "#000000",
        "warn": "#000000", "mark": "#ffffff",
    },
}  # fmt: skip

_SHEET: Final = (Path(str(files("graph_api.exports"))) / "picture" / "picture.css").read_text(encoding="utf-8")
"""What all themes have in common: the console serves it, too."""


def sheet(theme: PictureTheme) -> str:
    """The style sheet of a theme; none for a page, which has it."""
    if theme is PictureTheme.PAGE:
        return ""
    colours = _COLOURS[theme]
    filled = re.sub(r"var\(--pic-(\w+)\)", lambda found: colours[found[1]], _SHEET)
    return f"<style>{' '.join(filled.split())}</style>"
