"""Chinese words that were in use here before, accepted in loaded files for good: what was exported stays loadable."""

from __future__ import annotations

from collections.abc import Mapping

FORMER_WORDS: Mapping[str, tuple[str, ...]] = {
    # kinds of entities
    "配电站房": ("配电站",),
    "连接节点": ("连接点",),
    "上级电源": ("电源点",),
    "台区负荷": ("用电点",),
    # fields
    "配电站房类型": ("配电站类型",),
    "线路类型": ("敷设方式",),
    "置位人": ("操作人",),
    "源系统编码": ("源系统键",),
    "外部系统编码": ("键",),
    "复审到期日": ("复审日期",),
    "最近演练日期": ("演练日期",),
    "最近完成日期": ("完成日期",),
    "终止条件": ("结束条件",),
    "执行岗位": ("执行角色",),
    "责任岗位": ("责任角色",),
    "汇报要求": ("回执",),
    "用电负荷（无分项负荷时采用）": ("最大负荷",),
    "持续供电时间": ("续航时间",),
    # codes
    "特级重要电力用户": ("特级重要用户", "特级"),
    "一级重要电力用户": ("一级重要用户", "一级"),
    "二级重要电力用户": ("二级重要用户", "二级"),
    "临时性重要电力用户": ("临时性重要用户", "临时性"),
    "普通客户": ("普通用户",),
    "不能切换": ("无切换",),
    "开关站": ("开闭所",),
    "停止用电": ("停用",),
    "客户值班电工": ("客户电气值班",),
}
"""Former words by the word of today."""


def accepted_words(word: str) -> tuple[str, ...]:
    """A word of today with those that it replaced."""
    return (word, *FORMER_WORDS.get(word, ()))
