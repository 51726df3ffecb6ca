"""Lines below a list, or between its parts, that are no record of it: totals, signatures, notes, heads repeated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from schema.words import say

_SUM = re.compile(
    r"(?:.{0,30}?(?:合计|小计|总计|共计|累计)|(?:grand|sub|page)?[- ]?totals?|sum)"
    r"\s*(?:[(][^()]*[)])?\s*(?:[:=].*|[\d.,%]*(?:户|条|人|座|台|个|项|行|页|回|处|组|千瓦|kw|kva)?(?:[,;、].*)?)",
    re.IGNORECASE,
)
_SIGNED = r"制表人?|编制人?|审核人?|复核人?|校核人?|审批人?|批准人?|填表人?|填报人|统计人|打印人|制单人?|经办人"
_HEADS = r"负责人|单位负责人|部门负责人|签字|签名|盖章"
_SIGNATURE = re.compile(rf"(?:{_SIGNED})|(?:{_SIGNED}|{_HEADS})(?:[(]?签[字名章]?[)]?)?[:].*")
_SIGNATURE_EN = re.compile(r"(?:prepared|checked|approved|reviewed|signed|compiled)\s+by\b.*", re.IGNORECASE)
_ALONE = re.compile(
    r"(?:备注|注|说明|填表说明|注意|注意事项|数据来源|来源|note|notes|remark|remarks|source)\s*\d*[:].*"
    r"|(?:制表|填报|填表|统计|打印|编制|更新|报送)(?:日期|时间|单位|部门).*"
    r"|第\s*\d+\s*页.*|page\s*\d+(?:\s*(?:of|/)\s*\d+)?"
    r"|[-—=*\s]*(?:以下空白|以下无正文|以下无内容|end)[-—=*\s]*"
    r"|\D*\d{1,2}[:时点]\d{0,2}分?(?:[-~—–至到]|次日).*"
    r"|共\s*\d+\s*(?:户|条|人|座|台|个|项|行|页|回|处|组)[^A-Za-z]*",
    re.IGNORECASE | re.DOTALL,
)
_HEADED = re.compile(
    r"(?:备注|附注|说明|填表说明|注意|注意事项|数据来源|来源|版本|密级|保密要求"
    r"|(?:制表|填报|填表|统计|打印|编制|更新|报送)(?:日期|时间|单位|部门))\d*:?|注(?:\d+:?|:)|(?:notes?|remarks?|source):",
    re.IGNORECASE,
)
"""What a note in two cells begins with: the word, and what it says beside it."""
_SERIAL = re.compile(r"\s*\d{1,4}[.、]?\s*")
_WORDS = (
    r"[计制编审复校批填统打经签盖备注说来共第空无报更版密]|负责人|班|值|total|sum|\bby\b|page|note|remark|source|end"
)
_SUSPECT = re.compile(_WORDS, re.IGNORECASE)
"""Without any of these the first words of a row are no footer's."""
_DOUBTFUL = re.compile(rf"{_WORDS}|^{_SERIAL.pattern}$", re.IGNORECASE | re.MULTILINE)
"""The same of first cells, one a line: behind a number the words are those of the next cell."""


def footer(cells: Sequence[str], header: Sequence[str] = ()) -> str:
    """Why a row below the head is no record: a total, a signature, a note alone, the head again; "" for a record."""
    if header and cells and cells[0] == header[0] and [cell.strip() for cell in cells[: len(header)]] == list(header):
        return say("head repeated")
    if cells and cells[0] and not _SERIAL.fullmatch(cells[0]) and not _SUSPECT.search(cells[0]) and cells[0].strip():
        return ""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    words = filled[1:] if filled and _SERIAL.fullmatch(filled[0]) else filled
    if not words or not _SUSPECT.search(words[0]):
        return ""
    first = _plain(words[0])
    if _SUM.fullmatch(first):
        return say("total below the list")
    if _SIGNATURE.fullmatch(first) or _SIGNATURE_EN.fullmatch(first):
        return say("signature below the list")
    if len(filled) == 1 and _ALONE.fullmatch(first):
        return say("note below the list")
    if len(filled) == 2 and words is filled and _HEADED.fullmatch(first):
        return say("note below the list")
    return ""


def has_no_footer(rows: Sequence[Sequence[str]], first: Sequence[str], header: Sequence[str]) -> bool:
    """Whether each of these rows is a record; `first` has the first cell of each."""
    is_sure = header[0] not in first and all(map(str.strip, first)) and not _DOUBTFUL.search("\n".join(first))
    return is_sure or not any(footer(cells, header) for cells in rows)


def _plain(text: str) -> str:
    """As footers are compared: without width and the blanks that set them in the middle (合　计)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain if plain.isascii() else re.sub(r"\s+", "", plain)
