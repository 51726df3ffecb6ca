"""Names of the fictitious city: streets, people, customers. Real-sounding, belonging to nobody."""

from __future__ import annotations

import random

_FIXED = (
    "城中", "鼓楼", "文庙", "钟秀", "滨江", "望江", "渡口", "柳岸", "东湖", "荷塘", "桂园", "映月",
    "西山", "松林", "云台", "石门", "南桥", "集贤", "锦绣", "学府", "北固", "长亭", "古塔", "青溪",
)  # fmt: skip
_FIRST = "春秋和安康泰兴文武永新明清玉金银翠紫丹碧宁福瑞祥景华嘉德信义"
_SECOND = "江湖山桥渡岸林园塘坊亭台溪浦港洲坝岭泉谷"
_THIRD = ("", "上", "下", "前", "后", "内", "外", "东", "西", "南", "北")
_STATIONS = ("城中", "滨江", "东湖", "西山", "南桥", "北固")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏苏潘葛范彭"
_GIVEN_ONE = "志建国文明海永春晓雪立俊思子雨嘉宏振鹏锦启景兆玉世承佳梓"
_GIVEN_TWO = "强伟军平华林峰波涛勇刚杰磊斌辉敏静燕丽芳娟霞洁琳宁远航宇轩然"


def street(number: int) -> str:
    """A street or quarter that feeders are called after; different for every number."""
    if number < len(_FIXED):
        return _FIXED[number]
    third, rest = divmod(number - len(_FIXED), len(_FIRST) * len(_SECOND))
    first, second = divmod(rest * 37 % (len(_FIRST) * len(_SECOND)), len(_SECOND))
    tail = _THIRD[third] if third < len(_THIRD) else f"{third}"
    return f"{_FIRST[first]}{_SECOND[second]}{tail}"


def brand(number: int) -> str:
    """The word that tells customer `number` from all others; never the name of a quarter in the city's middle."""
    return street(len(_FIXED) + number)


def station(number: int) -> str:
    """Name of the 110 kV station with this number (from 1), without 变."""
    return _STATIONS[number - 1] if number <= len(_STATIONS) else street((number - 1) * 4)


def person(dice: random.Random) -> str:
    """A person's name; several people may bear the same, as in life."""
    given = dice.choice(_GIVEN_TWO) if dice.random() < 0.25 else dice.choice(_GIVEN_ONE) + dice.choice(_GIVEN_TWO)
    return dice.choice(_SURNAMES) + given


def mobile(number: int) -> str:
    """A mobile number that nobody can have: no Chinese mobile number begins with 12."""
    return f"+86129{number % 100_000_000:08d}"


def landline(number: int) -> str:
    """A landline number that nobody can have: no place has the area code 0600."""
    return f"+866008{number % 10_000_000:07d}"


Trade = tuple[str, str, tuple[str, ...]]
"""Industry, form of the name, loads in order of grade."""

IMPORTANT_TRADES: tuple[Trade, ...] = (
    ("医院", "临江市{street}医院", ("手术室及重症监护", "急诊及影像科", "住院部空调")),
    ("党政机关", "临江市{street}行政中心", ("应急指挥大厅", "机要机房", "办公照明")),
    ("广播电视", "临江{street}广播发射台", ("发射机", "播控机房", "办公区")),
    ("通信", "{street}通信枢纽楼", ("核心网机房", "传输设备", "机房空调")),
    ("供水", "{street}水厂", ("加氯及二级泵房", "取水泵", "滤池反冲洗")),
    ("污水处理", "{street}污水处理厂", ("提升泵房", "鼓风机", "脱水机房")),
    ("煤矿", "{street}煤矿", ("主通风机", "井下主排水泵", "选煤车间")),
    ("化工", "{street}精细化工有限公司", ("反应釜冷却水泵", "DCS 控制系统", "包装车间")),
    ("冶金", "{street}特钢有限公司", ("高炉冷却水泵", "煤气加压站", "轧机")),
    ("轨道交通", "轨道交通{street}站", ("信号及通信", "通风排烟", "车站照明")),
    ("金融", "临江银行{street}数据中心", ("核心机房", "精密空调", "办公区")),
    ("电子", "{street}半导体有限公司", ("洁净室排风", "工艺冷却水", "动力站")),
    ("学校", "临江市{street}中学", ("考务及监控", "消防水泵", "教学楼照明")),
    ("商业", "{street}购物中心", ("消防及应急照明", "客梯", "商铺照明")),
    ("监管场所", "{street}监管中心", ("周界报警及监控", "应急照明", "生活区")),
    ("燃气", "{street}燃气调压站", ("调压控制及泄漏报警", "压缩机", "办公照明")),
)
OTHER_TRADES: tuple[tuple[str, str], ...] = (
    ("纺织", "{street}纺织有限公司"), ("机械制造", "{street}机械厂"), ("食品加工", "{street}食品有限公司"),
    ("物流", "{street}物流园"), ("酒店", "{street}大酒店"), ("住宅小区", "{street}花园小区"),
    ("建材", "{street}建材有限公司"), ("汽车零部件", "{street}汽车部件有限公司"), ("造纸", "{street}纸业有限公司"),
    ("商业", "{street}农贸市场"), ("冷链", "{street}冷库"), ("写字楼", "{street}大厦"),
)  # fmt: skip
