"""Graphic symbols (图形符号) after IEC 60617 / GB/T 4728, each drawn around (0, 0), the line running across.

A switch is drawn closed, open, or with a question mark: its position is its shape. Fill and stroke are classes of the
style sheet: `s` a stroke, `f` a filled part, `g` a part on the ground's colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graph_api.services.picture.terms import PictureSymbol
from schema.vocabulary import SwitchPosition

HALF: Final = 15
"""Half of what a symbol takes along the line."""
_SIDES: Final = '<path class="s" d="M-15 0H-8M8 0H15"/>'
_BLADE_OPEN: Final = '<path class="s" d="M-15 0H-9M9 0H15M-9 0L7 -11"/>'
_BLADE_CLOSED: Final = '<path class="s" d="M-15 0H15"/>'
_CONTACT: Final = '<circle class="f" cx="-9" cy="0" r="1.6"/>'
_CROSS: Final = '<path class="s" d="M6 -3L12 3M6 3L12 -3"/>'
_BAR: Final = '<path class="s" d="M9 -5V5"/>'
_RING: Final = '<circle class="g s" cx="11" cy="0" r="2.6"/>'

_OPEN: Final[Mapping[PictureSymbol, str]] = {
    PictureSymbol.BREAKER: _SIDES + '<rect class="g s" x="-8" y="-5" width="16" height="10"/>',
    PictureSymbol.RECLOSER: (
        '<path class="s" d="M-15 0H-8M8 0H15"/><rect class="g s" x="-8" y="-7" width="16" height="14"/>'
        '<text class="in" x="0" y="3.6">R</text>'
    ),
    PictureSymbol.LOAD_BREAK_SWITCH: _BLADE_OPEN + _CONTACT + _RING + _BAR,
    PictureSymbol.DISCONNECTOR: _BLADE_OPEN + _CONTACT + _BAR,
    PictureSymbol.FUSE: '<path class="s" d="M-15 0H-9M9 0H15M-9 0L6 -12"/><rect class="g s" x="-8" y="-9.5" width="14" '
    'height="6" transform="rotate(-39 -1 -6.5)"/>' + _CONTACT,
}
_CLOSED: Final[Mapping[PictureSymbol, str]] = {
    PictureSymbol.BREAKER: _SIDES + '<rect class="f s" x="-8" y="-5" width="16" height="10"/>',
    PictureSymbol.RECLOSER: (
        '<path class="s" d="M-15 0H-8M8 0H15"/><rect class="f s" x="-8" y="-7" width="16" height="14"/>'
        '<text class="in out" x="0" y="3.6">R</text>'
    ),
    PictureSymbol.LOAD_BREAK_SWITCH: _BLADE_CLOSED + _CONTACT + _RING + _BAR,
    PictureSymbol.DISCONNECTOR: _BLADE_CLOSED + _CONTACT + _BAR,
    PictureSymbol.FUSE: '<rect class="g s" x="-9" y="-4" width="18" height="8"/><path class="s" d="M-15 0H15"/>',
}
_UNKNOWN_MARK: Final = '<text class="unknown" x="0" y="-9">?</text>'
_PLAIN: Final[Mapping[PictureSymbol, str]] = {
    PictureSymbol.TRANSFORMER: '<path class="s" d="M-15 0H-12M12 0H15"/><circle class="g s" cx="-4.5" cy="0" r="7.5"/>'
    '<circle class="s" cx="4.5" cy="0" r="7.5"/>',
    PictureSymbol.THREE_WINDINGS: '<path class="s" d="M-15 0H-12M12 0H15"/>'
    '<circle class="g s" cx="-4.5" cy="-3" r="7"/>'
    '<circle class="s" cx="4.5" cy="-3" r="7.5"/><circle class="s" cx="0" cy="5" r="7.5"/>',
    PictureSymbol.JUNCTION: '<circle class="f" cx="0" cy="0" r="2.8"/>',
    PictureSymbol.LINE_END: '<path class="s" d="M0 -5V5"/>',
    PictureSymbol.LINE: '<path class="s" d="M-15 0H15"/>',
    PictureSymbol.SOURCE: '<circle class="g s" cx="0" cy="0" r="11"/><path class="s" d="M-7 0Q-3.5 -8 0 0T7 0"/>',
    PictureSymbol.GENERATION: '<circle class="g s" cx="0" cy="0" r="10"/><text class="in" x="0" y="4">G</text>',
    PictureSymbol.COMPENSATOR: '<path class="s" d="M-15 0H-2.5M-2.5 -8V8M2.5 -8V8M2.5 0H10M10 -4V4"/>',
    PictureSymbol.GENSET: '<circle class="g s" cx="0" cy="0" r="11"/><text class="in" x="0" y="0">G</text>'
    '<path class="s" d="M-5 5Q-2.5 0.5 0 5T5 5"/>',
    PictureSymbol.UPS: '<rect class="g s" x="-13" y="-9" width="26" height="18"/>'
    '<text class="in" x="0" y="4">UPS</text>',
    PictureSymbol.LOAD: '<path class="s" d="M-15 0H-2"/><path class="f s" d="M-2 -6L9 0L-2 6Z"/>',
    PictureSymbol.CUSTOMER: '<path class="s" d="M-15 0H-7"/><path class="g s" d="M-7 8V-2L1 -9L9 -2V8Z"/>',
    PictureSymbol.ACCESS_POINT: '<rect class="g s" x="-9" y="-9" width="18" height="18"/>'
    '<path class="s" d="M-3.5 -4V1M3.5 -4V1M-6 1H6M0 1V6"/>',
    PictureSymbol.FAULT_INDICATOR: '<path class="g s" d="M0 -6L6 5H-6Z"/><path class="s" d="M0 -2V2"/>',
    PictureSymbol.NEIGHBOUR: '<path class="s" d="M-15 0H0"/><path class="g s" d="M0 -7H10L16 0L10 7H0Z"/>',
    PictureSymbol.ZONE: '<path class="s" d="M-15 0H-11"/>'
    '<rect class="g s" x="-11" y="-9" width="22" height="18" rx="3"/>'
    '<path class="s" d="M-5 0H5M0 -5V5"/>',
    PictureSymbol.PLACE: '<circle class="g s" cx="0" cy="0" r="6"/>',
    PictureSymbol.BUSBAR: '<path class="bar" d="M0 -12V12"/>',
}


def shape_of(symbol: PictureSymbol, position: SwitchPosition | None = None) -> str:
    """The drawing of a symbol: of a switch as it stands."""
    if symbol in _OPEN:
        if position is SwitchPosition.OPEN:
            return _OPEN[symbol]
        return _CLOSED[symbol] if position is SwitchPosition.CLOSED else _OPEN[symbol] + _UNKNOWN_MARK
    return _PLAIN[symbol]
