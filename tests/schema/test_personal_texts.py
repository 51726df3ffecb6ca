"""Numbers and mailboxes in texts are found however they are written; days, times, lines and loads are none."""

from __future__ import annotations

import pytest

from schema.personal_texts import MASK, may_be_personal, without_personal


@pytest.mark.parametrize(
    "number",
    [
        "13812345678", "138 1234 5678", "138-1234-5678", "138.1234.5678", "138，1234，5678", "138/1234/5678",
        "138*1234*5678", "138_1234_5678", "138、1234、5678", "①③⑧①②③④⑤⑥⑦⑧", "１３８１２３４５６７８",
        "一三八一二三四五六七八", "幺三八、一二三四、五六七八", "一三八1234五六七八", "138一二三四5678",
        "138OO125678", "l3812345678", "138a1234b5678", "138电1234话5678", "1a3b8c1d2e3f4g5h6i7j8", "八六六五四三二一",
        "+86 138 1234 5678", "0573-84110001", "(0573) 8411 0001", "a.b@example.cn",
    ],
)  # fmt: skip
def test_what_may_be_a_number_is_hidden(number: str) -> None:
    text = f"联系{number}，请回电"
    assert may_be_personal(text)
    assert MASK in without_personal(text)
    assert not any(part in without_personal(text) for part in ("5678", "0001", "a.b", "五六七八", "三二一"))


@pytest.mark.parametrize(
    "text",
    [
        "2026.11.23 110kV滨江站全停", "2026-11-23 03:10 跳闸", "10kV 1011、1012线跳闸", "110kV1011/1012线",
        "恢复 2,051 kW，25 户", "400A×4，35 m", "一、二、三号主变和四、五号所变", "滨江一线、二线、三线1021、1022",
        "110kV1011线1012", "15:30 2026-1-28", "150 kW，10kV 1021 2026.1.8", "14:05 13:20 150 kW", "OOOO lllo IIII",
        "十二户、三十五户、一百二十户",
    ],
)  # fmt: skip
def test_days_lines_and_loads_are_none(text: str) -> None:
    assert without_personal(text) == text
