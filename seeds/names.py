"""Names of the fictitious city: streets, lanes, stations, people. Real-sounding, belonging to nobody."""

from __future__ import annotations

import random

_FIXED = (
    "城中", "鼓楼", "文庙", "钟秀", "滨江", "望江", "渡口", "柳岸", "东湖", "荷塘", "桂园", "映月",
    "西山", "松林", "云台", "石门", "南桥", "集贤", "锦绣", "学府", "北固", "长亭", "古塔", "青溪",
)  # fmt: skip
_FIRST = "春秋和安康泰兴文武永新明清玉金银翠紫丹碧宁福瑞祥景华嘉德信义"
_SECOND = "江湖山桥渡岸林园塘坊亭台溪浦港洲坝岭泉谷"
_THIRD = ("", "上", "下", "前", "后", "内", "外", "东", "西", "南", "北")
_LANE_SECOND = "昌盛宁乐善仁礼安康平丰裕兴隆和顺恒益升荣秀贤"
_LANES = ("里", "巷", "弄", "坊", "苑", "新村")
_HEIGHTS = "冈峰崖塬畈垭"
_SOURCES = ("长岭", "凤台", "龙冈", "雁塬", "鹤峰", "麒麟", "双崖", "石畈")
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
    """The word (字号) that tells customer `number` from all others; never the name of a quarter in the city's middle.

    Two characters, three for the customers of a larger city; no word of direction, which belongs to streets.
    """
    turn, rest = divmod(number, len(_FIRST) * len(_SECOND))
    first, second = divmod(rest * 37 % (len(_FIRST) * len(_SECOND)), len(_SECOND))
    middle = "" if turn == 0 else _FIRST[turn - 1] if turn <= len(_FIRST) else f"{turn}"
    return f"{_FIRST[first]}{middle}{_SECOND[second]}"


def lane(number: int) -> str:
    """A lane or small quarter that a lateral is called after; the same one comes again after thousands of others."""
    rest, first = divmod(number * 7, len(_FIRST))
    rest, second = divmod(rest, len(_LANE_SECOND))
    return f"{_FIRST[first]}{_LANE_SECOND[second]}{_LANES[rest % len(_LANES)]}"


def source(number: int) -> str:
    """Name of the 220 kV station with this number (from 1), without 变; sounds like no other station's."""
    if number <= len(_SOURCES):
        return _SOURCES[number - 1]
    tail, rest = divmod(number - len(_SOURCES) - 1, len(_FIRST) * len(_HEIGHTS))
    first, second = divmod(rest, len(_HEIGHTS))
    return f"{_FIRST[first]}{_HEIGHTS[second]}{tail or ''}"


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
