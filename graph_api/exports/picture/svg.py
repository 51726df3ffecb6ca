"""SVG: the one renderer of pictures. Every node and edge is a group with its id, so that a page can have it chosen.

No state is told by colour alone: what is without supply is thick and dashed, an open switch is drawn open, what stands
off normal has a frame and a text, a fault has a flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from graph_api.exports.picture.symbols import HALF, shape_of
from graph_api.exports.picture.themes import PictureTheme, sheet
from graph_api.services.picture.parts import Edge, Frame, Node, Picture
from graph_api.services.picture.terms import BARS, PictureCondition, PictureSymbol
from schema.vocabulary import SwitchPosition
from schema.words import Labels, current, say, text_of

_SPECIAL: Final = re.compile("[&<>\"']")
_UNDER: Final = 12
"""Half-width characters that fit under a symbol."""
_BESIDE: Final = 22
_HIT: Final = '<rect class="hit" x="-16" y="-14" width="32" height="28"/>'
"""Where a finger or pointer takes a symbol that is thin."""
_UPRIGHT: Final = 20
_LINES: Final = 3
"""Lines of figures that stand beside a symbol where what follows it stands below."""
_UNTURNED: Final = BARS | {
    PictureSymbol.SOURCE, PictureSymbol.GENSET, PictureSymbol.UPS, PictureSymbol.ACCESS_POINT,
    PictureSymbol.GENERATION, PictureSymbol.PLACE, PictureSymbol.ZONE,
}  # fmt: skip
"""Whose drawing has no direction."""
_LEGEND_X: Final = 158
_LEGEND_Y: Final = 26
_FULL_WIDTH: Final = 0x2E80
_TOLD: Final = {
    PictureCondition.LOST: say("no supply"),
    PictureCondition.DEAD: say("dead"),
    PictureCondition.FAULTY: say("FAULT"),
    PictureCondition.CUT_OUT: say("cut out"),
    PictureCondition.UNCERTAIN: say("live?"),
    PictureCondition.OUT_OF_SERVICE: say("out of service"),
}
"""How a state is told beside a symbol; what is live needs no word."""
_SPREADING: Final = frozenset({PictureCondition.LOST, PictureCondition.DEAD})
"""Told where a line ends, and not at every switch on the way."""


def to_svg(picture: Picture, theme: PictureTheme = PictureTheme.DAY) -> str:
    """The picture as an SVG document of its own."""
    legend = [*_legend(picture)]
    height = picture.height + _legend_rows(len(legend), picture.width) * _LEGEND_Y + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pic" viewBox="0 0 {picture.width:g} {height:g}" '
        f'width="{picture.width:g}" height="{height:g}" role="img" aria-label="{_quoted(picture.title)}">',
        sheet(theme),
        '<rect class="g" width="100%" height="100%"/>',
        f'<text class="title" x="24" y="34">{_told(picture.title)}</text>',
        *(
            f'<text class="caption" x="{each.x:g}" y="{each.y:g}">{_told(each.text)}</text>'
            for each in picture.captions
        ),
        *map(_frame, picture.frames),
        *map(_edge, picture.edges),
        *map(_node, picture.nodes),
        *_placed_legend(legend, picture),
        "</svg>",
    ]
    return "".join(parts)


def _frame(frame: Frame) -> str:
    return (
        f'<rect class="frame" x="{frame.x:g}" y="{frame.y:g}" width="{frame.width:g}" height="{frame.height:g}" '
        'rx="4"/>'
        f'<text class="frame-name" x="{frame.x + 4:g}" y="{frame.y - 4:g}">{_told(frame.label)}</text>'
    )


def _edge(edge: Edge) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in edge.points)
    link = " link" if edge.link else ""
    said = f'<polyline class="hit" points="{points}"/><polyline class="way{link}" points="{points}"/>'
    (left, y), (right, _) = edge.points[-2:]
    if edge.label and right - left > 2 * len(edge.label) * 5 + 2 * HALF:
        said += f'<text class="small" x="{left + HALF + 4:g}" y="{y - 4:g}">{_told(edge.label)}</text>'
    middle = (left + right) / 2
    return _group("edge", edge.id, edge.condition, said + _marks(edge, middle, y), edge.label)


def _node(node: Node) -> str:
    hit = "" if node.symbol is PictureSymbol.BUSBAR else _HIT
    drawn = _bar(node) if node.symbol in BARS else shape_of(node.symbol, node.position)
    placed = f'<g transform="translate({node.x:g} {node.y:g}){_turned(node)}">{hit}{drawn}{_off_normal(node)}</g>'
    said = placed + _texts(node)
    return _group("node", node.id, node.condition, said + _marks(node, node.x, node.y - 3), _title(node))


def _turned(node: Node) -> str:
    return " rotate(90)" if node.upright and node.symbol not in _UNTURNED else ""


def _bar(node: Node) -> str:
    across, down = node.length_x, node.length_y
    if node.symbol is PictureSymbol.JUNCTION:
        drop = f'<path class="drop" d="M0 0h{across:g}v{down:g}"/>' if across or down else ""
        return drop + shape_of(node.symbol)
    if node.upright:
        return f'<path class="bar" d="M-30 0H{across + 30:g}"/>'
    return f'<path class="bar" d="M0 -16V{down + 16:g}"/>'


def _group(what: str, id: str, condition: PictureCondition, said: str, title: str) -> str:
    name = text_of(title)
    tip = f"<title>{_escaped(name)}</title>" if name else ""
    return f'<g class="{what} {condition.value.lower()}" data-id="{_quoted(id)}">{tip}{said}</g>'


def _title(node: Node) -> str:
    label = text_of(node.label) or node.id
    kind = node.symbol.label(current())
    state = node.condition.label(current())
    return f"{label} · {kind} · {state}" + (f" · {node.position.label(current())}" if node.position else "")


def _off_normal(node: Node) -> str:
    if not node.off_normal:
        return ""
    return '<rect class="halo" x="-18" y="-15" width="36" height="30" rx="3"/>'


def _marks(part: Node | Edge, x: float, y: float) -> str:
    """Fault indicators and the chance of the fault, over a thing."""
    said = ""
    if part.indicators:
        said += f'<g transform="translate({x:g} {y - 11:g})">{shape_of(PictureSymbol.FAULT_INDICATOR)}</g>'
    if part.condition is PictureCondition.FAULTY:
        said += f'<path class="alarm" transform="translate({x:g} {y:g})" d="M3 -14L-5 1H0L-3 12L6 -4H1Z"/>'
    if part.probability is not None and part.probability >= 0.005:
        text = f"{part.probability:.0%}"
        said += (
            f'<rect class="flag" x="{x - 17:g}" y="{y - 27:g}" width="34" height="15" rx="3"/>'
            f'<text class="flag-text" x="{x:g}" y="{y - 16:g}">{text}</text>'
        )
    return said


def _texts(node: Node) -> str:
    if node.silent:
        return ""
    label, detail = text_of(node.label), text_of(node.detail)
    extra = _extra(node)
    if node.symbol in BARS:
        x, y = (node.x + 12, node.y - 8) if node.upright else (node.x - 4, node.y - 22)
        return _text(x, y, label, "", "start", _BESIDE)
    if node.beside:
        at, most = node.x + HALF + 6, _UPRIGHT if node.upright else _BESIDE
        lines = folded(" ".join(filter(None, (extra, detail))), most + 3, _LINES if node.upright else 1)
        said = _text(at, node.y + (-1 if lines else 4), label, "", "start", most)
        return said + "".join(
            _text(at, node.y + 11 + 11 * place, line, _tone(node), "start", most + 3)
            for place, line in enumerate(lines)
        )
    second = extra or detail
    return _text(node.x, node.y + 25, label, "", "middle", _UNDER) + _text(
        node.x, node.y + 36, second, _tone(node), "middle", _UNDER + 6
    )


def _tone(node: Node) -> str:
    return "small alarm" if node.condition in _TOLD or node.off_normal else "small"


def _extra(node: Node) -> str:
    """What is abnormal of a symbol, in words."""
    said = []
    if node.tripped:
        said.append(text_of(say("tripped")))
    elif node.off_normal and node.position is not None:
        said.append(text_of(say("off normal: {position}", position=Labels(node.position.en, node.position.zh))))
    if node.condition in _TOLD and (node.beside or node.condition not in _SPREADING):
        said.append(text_of(_TOLD[node.condition]))
    return " ".join(said)


def _text(x: float, y: float, text: str, tone: str, anchor: str, most: int) -> str:
    if not text:
        return ""
    tone = f' class="{tone}"' if tone else ""
    return f'<text{tone} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(shortened(text, most))}</text>'


def shortened(text: str, most: int) -> str:
    """A text that takes at most so many half-width characters, with an ellipsis where it is cut."""
    width = 0
    for place, char in enumerate(text):
        width += 2 if ord(char) >= _FULL_WIDTH else 1
        if width > most:
            return text[: max(place - 1, 1)] + "…"
    return text


def folded(text: str, most: int, lines: int) -> list[str]:
    """A text in at most so many lines of so many half-width characters, parted between words; what is left over is in
    the last one."""
    found = list[str]()
    for word in text.split():
        joined = f"{found[-1]} {word}" if found else word
        if found and (len(found) == lines or _width(joined) <= most):
            found[-1] = joined
        else:
            found.append(word)
    return found


def _width(text: str) -> int:
    """In half-width characters."""
    return sum(2 if ord(char) >= _FULL_WIDTH else 1 for char in text)


def _legend(picture: Picture) -> Iterator[tuple[str, str]]:
    """What occurs in the picture: a drawing, and what it stands for."""
    language = current()
    switches = {node.position for node in picture.nodes if node.position is not None}
    for symbol in picture.symbols:
        if any(node.symbol is symbol and node.position is not None for node in picture.nodes):
            for position in (each for each in SwitchPosition if each in switches):
                if any(node.symbol is symbol and node.position is position for node in picture.nodes):
                    yield shape_of(symbol, position), f"{symbol.label(language)} {position.label(language)}"
        else:
            yield shape_of(symbol), symbol.label(language)
    for condition in (each for each in picture.conditions if each is not PictureCondition.NOT_KNOWN):
        drawn = f'<g class="{condition.value.lower()}"><path class="way" d="M-15 0H15"/></g>'
        yield drawn, condition.label(language)
    if any(node.off_normal for node in picture.nodes):
        yield '<rect class="halo" x="-15" y="-9" width="30" height="18" rx="3"/>', text_of(say("off normal"))
    if any(edge.link for edge in picture.edges):
        yield '<path class="way link" d="M-15 0H15"/>', text_of(say("tie"))


def _legend_rows(count: int, width: float) -> int:
    return -(-count // _legend_columns(width))


def _legend_columns(width: float) -> int:
    return max(int((width - 48) // _LEGEND_X), 1)


def _placed_legend(legend: Sequence[tuple[str, str]], picture: Picture) -> Iterator[str]:
    columns = _legend_columns(picture.width)
    for place, (drawn, text) in enumerate(legend):
        x = 42 + place % columns * _LEGEND_X
        y = picture.height + 8 + place // columns * _LEGEND_Y
        yield f'<g class="legend"><g transform="translate({x:g} {y:g})">{drawn}</g>'
        yield f'<text class="small" x="{x + 22:g}" y="{y + 4:g}">{escape(shortened(text, 24))}</text></g>'


def _told(text: str) -> str:
    return _escaped(text_of(text))


def _quoted(text: str) -> str:
    return _escaped(text_of(text))


def _escaped(text: str) -> str:
    """Most texts have nothing to escape."""
    return escape(text, quote=True) if _SPECIAL.search(text) else text
