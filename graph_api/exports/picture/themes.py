"""Themes: colours of a picture by day, in a dark room and on paper. States differ by shape and text in all of them."""

from __future__ import annotations

from enum import unique
from typing import Final

from schema.vocabulary import Term


@unique
class PictureTheme(Term):
    """配色: 图形的观看场合。 Where a picture is looked at."""

    DAY = "DAY", "日间", "day"
    NIGHT = "NIGHT", "暗室", "dark room"
    PRINT = "PRINT", "打印", "print"


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

_SHEET: Final = """
.pic{background:%(ground)s;font-family:"Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
.pic text{fill:%(ink)s;font-size:11px}
.pic .title{font-size:17px;font-weight:600}.pic .small{font-size:9.5px;fill:%(calm)s}
.pic .caption{font-size:13px;font-weight:600}
.pic .s{stroke:%(ink)s;stroke-width:1.4;fill:none}.pic .f{fill:%(ink)s}.pic .g{fill:%(ground)s}
.pic .in{font-size:9px;text-anchor:middle;stroke:none}.pic .in.out{fill:%(ground)s}
.pic .unknown{font-size:13px;font-weight:700;text-anchor:middle;fill:%(alarm)s}
.pic .bar{stroke:%(ink)s;stroke-width:4.5;fill:none}.pic .drop{stroke:%(ink)s;stroke-width:1.4;fill:none}
.pic .way{stroke:%(ink)s;stroke-width:1.4;fill:none}.pic .link{stroke-dasharray:2 5;stroke-linecap:round}
.pic .frame{stroke:%(faint)s;stroke-width:1;stroke-dasharray:6 3;fill:none}
.pic .frame-name{fill:%(calm)s;font-size:10px}
.pic .lost .way,.pic .lost .drop{stroke:%(alarm)s;stroke-width:4.2;stroke-dasharray:7 3}
.pic .lost .s{stroke:%(alarm)s;stroke-width:2.4}.pic .lost .bar{stroke:%(alarm)s;stroke-width:7;stroke-dasharray:7 3}
.pic .lost .f{fill:%(alarm)s}
.pic .cut_out .way,.pic .cut_out .drop,.pic .faulty .way,.pic .faulty .drop{stroke:%(alarm)s;stroke-width:5;
stroke-dasharray:2 3}
.pic .cut_out .s,.pic .faulty .s{stroke:%(alarm)s;stroke-width:2.4}
.pic .cut_out .bar,.pic .faulty .bar{stroke:%(alarm)s;stroke-width:8;stroke-dasharray:2 3}
.pic .dead .way,.pic .dead .drop{stroke-dasharray:7 3;stroke:%(calm)s}.pic .dead .s,.pic .dead .bar{stroke:%(calm)s}
.pic .uncertain .way,.pic .uncertain .drop{stroke:%(warn)s;stroke-width:2.2;stroke-dasharray:9 3 2 3}
.pic .uncertain .s{stroke:%(warn)s}
.pic .out_of_service .way,.pic .out_of_service .s,.pic .out_of_service .bar{stroke:%(faint)s}
.pic .halo{fill:none;stroke:%(warn)s;stroke-width:1.6}.pic .flag{fill:%(mark)s;stroke:%(warn)s;stroke-width:1}
.pic .flag-text{font-size:9.5px;font-weight:700;text-anchor:middle}
.pic .chosen .halo{stroke:%(ink)s;stroke-width:2.4}
.pic .alarm{fill:%(alarm)s;font-weight:700}
.pic [data-id]{cursor:pointer}
"""


def sheet(theme: PictureTheme) -> str:
    """The style sheet of a theme."""
    return " ".join((_SHEET % _COLOURS[theme]).split("\n"))
