"""Rows of one cell between the rows of a list: the head of a part of it (城东供电所), a note, or a record.

    姓名          部门          手机
    城东供电所                                 a heading: left out, and told
    张伟          城东供电所    129 0000 0001
    李娜                                       somebody of whom nothing else is known: a record
    以上号码如有变动请告知。                   a note: left out, and told

In a list of names alone every row has one cell: there each is a record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median_high
from typing import NamedTuple

from loaders.report import Reject
from loaders.tabular.elsewhere import counts_rows
from loaders.tabular.footers import footer
from loaders.tabular.table import CALENDARS, CARDS, Table
from schema.registry import SWITCHES, EntityKind
from schema.words import Sentence, say

HEADING, BLANK = say("heading between the rows"), say("blank row")
_LOOKED_AT = 200
_MOST = 4
"""More cells than a heading has, blank ones among them: such a row is looked at no further."""
_OWN = frozenset({EntityKind.ORGANISATION, EntityKind.TEAM, EntityKind.AREA})
"""Kinds whose things are called as the heads of other lists are."""
_NUMERAL = r"[一二三四五六七八九十]{1,3}|[IVX]{1,4}|[A-H]"
_COUNTED = re.compile(rf"(?:{_NUMERAL})[、.]?|[(](?:{_NUMERAL})[)]")
_BEGINS = re.compile(
    r"第?[一二三四五六七八九十]{1,3}[、.:)]|[A-H]、|[(][一二三四五六七八九十]{1,3}[)]|第[一二三四五六七八九十]{1,3}部分"
)
_BEHIND = re.compile(r"(?:[(][^()]*[)]|共?\d+[户人条个座台])+$")
_NOTE = re.compile(
    r".{8,}[。;].*|[※★*▲].*|(?:以上|以下|如有|本表|附[:表注件]|说明|备注|注[:意]).+"
    r"|[㐀-鿿]{0,8}(?:人|日期|时间|电话|单位|部门|来源|说明|备注|口径|范围|联系|版本|密级)[^:]{0,4}:.+"
)
_UTILITY = (
    "供电所", "供电局", "供电公司", "供电分公司", "供电中心", "供电站", "供电服务站", "供电服务中心", "供服中心",
    "调控中心", "调度中心", "供电营业厅", "营销部", "运检部", "片区", "辖区",
)  # fmt: skip
"""Parts of a utility: no customer and no plant is called so alone."""
_CLASSES = re.compile(
    r"(?:\d+(?:\.\d+)?kv|[特一二三四]级|重要|普通|一般|敏感|高危|临时|其他|[双单多]电源|专变|公变|专线|公线|高压|低压|居民|"
    r"工业|商业|政府|民生|医疗|学校|交通|通信|类|及|[、/和])*(?:用户|客户|负荷|线路|馈线|变电站|开关|设备|单位)(?:清单|名单|明细|台账|一览表?|部分)?",
    re.IGNORECASE,
)
_STATION = re.compile(r"(?:\d+(?:\.\d+)?kv)?.{1,12}(?:变|变电站|开关站|开闭所)", re.IGNORECASE)
_HOUSE = re.compile(r".{1,12}(?:变电所|环网柜|环网室|环网单元|开闭站|配电室|配电站|配电所|箱变)")
_LINE = re.compile(r"(?:\d+(?:\.\d+)?kv)?.{1,12}(?<![出进])线(?:路)?", re.IGNORECASE)
_SWITCH_CLASS = re.compile(
    r"(?:\d+(?:\.\d+)?kv|柱上|站内|站外|户外|户内|出线|进线|分段|联络|分界|分支|支线|干线|主干|主线|架空|电缆|线路|配电|环网|用户|真空|"
    r"智能|自动化|跌落式|高压|负荷|隔离|[、/和及])*(?:开关|断路器|刀闸|熔断器|重合器|环网柜|设备)(?:清单|名单|明细|台账|一览表?|部分)?",
    re.IGNORECASE,
)
_OF_SWITCHES = (_STATION, _HOUSE, _LINE, _SWITCH_CLASS)
_OF_PEOPLE = re.compile(
    r".*(?:所|部|处|室|组|队|站|厂|中心|公司|集团|领导|机关|科|班|局|单位|部门|名单|通讯录|人员|委员会|工区|片区)"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐"
    "易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴"
    "蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞"
    "姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谈匡鞠惠荆乐冀胥郁南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻"
    "位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌"
    "母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_NAME = re.compile(r"[㐀-鿿]{2,4}|[㐀-鿿]{1,8}[·•][㐀-鿿]{1,8}")


class Alone(NamedTuple):
    """The one cell of a row that says anything beside a count; `place` is its column."""

    place: int
    text: str


@dataclass(slots=True)
class Headings:
    """Tells what rows of one cell of a list are, and keeps what is to be told of them."""

    table: Table
    kind: EntityKind
    counters: frozenset[int]
    usual: int
    """Cells that its rows mostly have, but for those that count rows."""
    counts: bool = False
    """Whether its rows are counted: one without its number may be no record. Else, where `usual` is 1, each is one."""
    findings: list[Reject] = field(default_factory=list)

    def between(self, row: int, cells: Sequence[str]) -> Sentence | str:
        """Why a row is no record of the list: the head of a part, a note; "" for any other."""
        found = self._alone(cells)
        if found is None:
            return ""
        reason = self._reason(found)
        if reason == HEADING:
            self._find(
                row,
                found,
                say(
                    "a heading alone in its row, and no {kind} ({zh}): left out", kind=self.kind.label, zh=self.kind.zh
                ),
                say(
                    "If it is one, fill another cell of its row in; what it says of the rows below it goes into theirs."
                ),
                dropped=True,
            )
        return reason

    def is_alone(self, cells: Sequence[str]) -> bool:
        """Whether a row may be no record, or is one to be told of."""
        return self._alone(cells) is not None

    def doubt(self, row: int, cells: Sequence[str]) -> None:
        """Tell of a row that was taken and has one cell, which may be a heading: a word, and no code or name."""
        found = self._alone(cells)
        if found is None or found.text.isascii() or _is_code(found.text):
            return
        if self.kind is EntityKind.PERSON and _is_of_people(_plain(found.text)):
            return
        self._find(
            row,
            found,
            say(
                "alone in its row, where others hold more: taken for a {kind} ({zh})",
                kind=self.kind.label,
                zh=self.kind.zh,
            ),
            say("Nothing, if it is one; delete the row if it is a heading or a note."),
        )

    def _alone(self, cells: Sequence[str]) -> Alone | None:
        """The cell of a row that has no other; None for any other row, and in a list of names alone."""
        if len(cells) - cells.count("") > _MOST:
            return None
        filled: list[Alone] = []
        for place, cell in enumerate(cells):
            if cell and not cell.isspace():
                if len(filled) == 2:
                    return None
                filled.append(Alone(place, cell))
        if len(filled) == 2 and _COUNTED.fullmatch(_plain(filled[0].text)):
            return filled[1] if self.usual > 1 or self.counts else None
        return filled[0] if len(filled) == 1 and (self.usual > 1 or self.counts) else None

    def _reason(self, found: Alone) -> Sentence | str:
        text = _plain(found.text)
        if found.place in self.counters and _is_code(text):
            return BLANK
        if text.isascii():
            return ""
        if _NOTE.fullmatch(text):
            return say("note below the list")
        return HEADING if found.place in self.counters or self._is_heading(text) else ""

    def _is_heading(self, text: str) -> bool:
        if _BEGINS.match(text) or text.endswith(":"):
            return True
        bare = _BEHIND.sub("", text)
        if self.kind in _OWN:
            return False
        if self.kind is EntityKind.PERSON:
            return not _is_of_people(bare) and (len(bare) > 4 or _OF_PEOPLE.fullmatch(bare) is not None)
        if self.kind is EntityKind.ASSIGNMENT or bare.endswith(_UTILITY) or _CLASSES.fullmatch(bare):
            return True
        if self.kind in SWITCHES:
            return any(form.fullmatch(bare) for form in _OF_SWITCHES)
        return self.kind is EntityKind.FEEDER and _STATION.fullmatch(bare) is not None

    def _find(self, row: int, found: Alone, reason: str, remedy: str, *, dropped: bool = False) -> None:
        head = self.table.header[found.place] if found.place < len(self.table.header) else ""
        self.findings.append(
            Reject(
                file=self.table.label,
                row=row,
                column=head,
                value=found.text.strip(),
                reason=reason,
                remedy=remedy,
                dropped=dropped,
            )
        )


def headings_of(table: Table, kind: EntityKind) -> Headings:
    """What tells rows of one cell of a table; features, cards and rosters have none."""
    counters = frozenset(place for place, head in enumerate(table.header) if counts_rows(head))
    if kind is EntityKind.SHIFT or table.features is not None or table.path.suffix.lower() in CARDS | CALENDARS:
        return Headings(table, kind, counters, 0)
    rows = [cells for cells in table.below_head(_LOOKED_AT) if not footer(cells, table.header)]
    filled = [
        sum(1 for place, cell in enumerate(cells) if place not in counters and cell and not cell.isspace())
        for cells in rows
    ]
    numbers = {cells[place].strip() for cells in rows for place in counters if place < len(cells)}
    counted = any(number.isdigit() for number in numbers)
    return Headings(table, kind, counters, median_high([count for count in filled if count] or [0]), counted)


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain if plain.isascii() else re.sub(r"\s+", "", plain)


def _is_code(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _is_of_people(text: str) -> bool:
    """Whether it may be somebody's name: a common surname and one to three characters; any of other letters."""
    if text.isascii():
        return True
    bare = text.partition("(")[0]
    if _NAME.fullmatch(bare) is None or bare[0] not in _SURNAMES:
        return False
    return len(bare) == 2 or not bare.endswith(
        ("部", "处", "室", "组", "队", "站", "厂", "所", "中心", "公司", "领导", "名单")
    )
