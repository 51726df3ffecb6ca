"""Numbers and mailboxes in texts are found however they are written; days, times, lines and loads are none."""

from __future__ import annotations

import pytest

from schema.personal_texts import MASK, may_be_personal, without_personal


@pytest.mark.parametrize(
    "number",
    [
        "13812345678", "138 1234 5678", "138-1234-5678", "138.1234.5678", "138，1234，5678", "138/1234/5678",
        "138*1234*5678", "138_1234_5678", "138、1234、5678", "①③⑧①②③④⑤⑥⑦⑧", "１３８１２３４５６７８",
        "+86 138 1234 5678", "0573-84110001", "(0573) 8411 0001", "a.b@example.cn",
    ],
)  # fmt: skip
def test_what_may_be_a_number_is_hidden(number: str) -> None:
    text = f"联系{number}，请回电"
    assert may_be_personal(text)
    assert MASK in without_personal(text)
    assert not any(part in without_personal(text) for part in ("5678", "0001", "a.b"))


@pytest.mark.parametrize(
    "text",
    [
        "2026.11.23 110kV滨江站全停", "2026-11-23 03:10 跳闸", "10kV 1011、1012线跳闸", "110kV1011/1012线",
        "恢复 2,051 kW，25 户", "400A×4，35 m",
    ],
)  # fmt: skip
def test_days_lines_and_loads_are_none(text: str) -> None:
    assert without_personal(text) == text
