"""Surnames whose character has another reading elsewhere (姓氏异读): 仇 is qiu in a name, chou otherwise.

Readings as the common dictionaries give them (《现代汉语词典》); a name is found by both.
"""

from __future__ import annotations

COMPOUND = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "单于": "chan yu",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "令狐": "ling hu",
    "宰父": "zai fu",
    "太叔": "tai shu",
    "鲜于": "xian yu",
    "亓官": "qi guan",
    "濮阳": "pu yang",
}
"""Surnames of two characters, with their syllables."""
SINGLE = {
    "卜": "bu", "朴": "piao", "仇": "qiu", "翟": "zhai", "都": "du", "单": "shan", "曾": "zeng", "解": "xie",
    "区": "ou", "查": "zha", "盖": "ge", "乐": "yue", "员": "yun", "缪": "miao", "覃": "qin", "折": "she",
    "种": "chong", "秘": "bi", "繁": "po", "洗": "xian", "黑": "he", "召": "shao", "隗": "wei", "薄": "bo",
    "重": "chong", "阚": "kan", "乜": "nie", "逢": "pang", "祭": "zhai", "句": "gou", "乘": "sheng", "省": "xing",
    "任": "ren", "华": "hua", "宁": "ning", "纪": "ji", "葛": "ge", "尉": "wei", "盛": "sheng", "应": "ying",
    "那": "na", "曲": "qu", "石": "shi", "车": "che", "柏": "bai", "贾": "jia", "牟": "mou", "干": "gan",
    "莘": "shen", "宿": "su", "相": "xiang", "要": "yao", "哈": "ha", "过": "guo", "费": "fei", "沈": "shen",
}  # fmt: skip
"""Surnames of one character."""


def surname_of(name: str) -> tuple[str, ...]:
    """The surname that a name begins with, and its syllables; ("",) for one that is read as everywhere."""
    for length, known in ((2, COMPOUND), (1, SINGLE)):
        if name[:length] in known and len(name) > 1:
            return name[:length], *known[name[:length]].split()
    return ("",)
