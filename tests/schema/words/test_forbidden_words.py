"""One thing has one word: those that were replaced stand in no text that a user reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.words.catalogue import catalogue
from schema.words.former_words import FORMER_WORDS

ROOT = Path(__file__).parents[3]

FORBIDDEN: dict[str, str] = {
    "补救": "处理办法",
    "支持与不支持": "相符信息, 不相符信息",
    "解环": "切除（转供能力不足）, 分段; 解环 opens a live loop",
    "负荷全停|全部负荷有电|部分负荷有电": "网供全失, 负荷全部供电, 部分负荷失电",
    "故障前段": "恢复故障点电源侧（上游）送电",
    "电话表": "应急联络表",
    "先打|找谁": "首要联系人",
    "隔离区": "隔离范围",
    "同一保护区": "同一保护范围",
    "同源单点|双电源实为单点": "各路电源共用单一元件",
    "用电点": "台区负荷",
    "电源点": "上级电源",
    "无电(?!压)|有电(?!压)": "失电, 恢复带电",
    "(?<!电力)用户(?!名)": "客户; 重要电力用户 is the class alone",
    "开关置位": "人工置位（置数）",
    "操作人": "执行岗位, or 置位人",
    "单相熔断": "熔断器（可能缺相）",
    "变电站数": "来自不同变电站的电源数",
    "容量比": "自备应急电源容量与保安负荷之比",
    "等级不符": "电源配置不满足等级要求",
    "回执": "汇报要求",
    "结束条件": "终止条件",
    "执行角色|责任角色": "执行岗位, 责任岗位",
    "复审日期|(?<!最近)演练日期|(?<!最近)完成日期": "复审到期日, 最近演练日期, 最近完成日期",
    "允许停电时间": "允许断电时间",
    "失电起时限": "失电后可持续时间",
    "负荷时限": "负荷断电时限",
    "应急保障|未计入电源": "应急电源, 未计入的应急电源",
    "续航": "持续供电时间",
    "最大负荷": "用电负荷（无分项负荷时采用）",
    "损失负荷": "失电负荷",
    "最急": "最紧迫",
    "无客户受影响|无需通知": "无受影响客户, 无需联系",
    "客户电气值班": "客户值班电工",
    "在班": "当班, 不当班",
    "无人负责|无人担任": "责任人空缺",
    "号码未核实": "联系方式未核实",
    "责任缺口": "责任空缺",
    "后备": "替代联系人",
    "责任行": "责任条目",
    "终止责任(?!分配)": "终止责任分配",
    "所有者": "联系对象",
    "开闭所": "开关站",
    "配电站(?!房)": "配电站房",
    "敷设方式": "线路类型",
    "连接点": "连接节点",
    "连通岛": "拓扑岛（电气岛）",
    "开断点": "开环点",
    "电表": "电能表",
    "证据": "故障信息",
    "相悖|吻合": "相符信息, 不相符信息",
    "操作次数": "操作项数",
    "称呼": "全称",
    "源系统键": "源系统编码",
    "采纳行数|拒绝行数|未入库的行|入库台账": "入库行数, 未入库行数, 未入库记录, 入库统计",
    "(?<!谱)图状态|数据年龄|新鲜度": "图谱状态, 数据距今时长, 数据更新时间",
    "无切换": "不能切换",
    "反送电": "倒送电",
}
"""Pattern of the word of former days, and what is said now."""

IN_PRINTED_OUTPUTS = (
    "负荷全停 用户 用电点 先打 找谁 最急 损失负荷 电话表 证据 相悖 吻合 解环 故障前段 操作人 同一保护区 "
    "等级不符 变电站数 允许停电时间 客户电气值班 在班 责任缺口 有电 配电站 入库台账"
)
"""Left in pages that show outputs of earlier days; gone when those are printed anew."""
PRINTED = (ROOT / "README.zh-CN.md", ROOT / "docs" / "tour.md")


def _found(text: str) -> set[str]:
    return {found[0] for pattern in FORBIDDEN for found in re.finditer(pattern, text)}


WORDS_OF_THE_CONSOLE = ROOT / "graph_api" / "console" / "js" / "words" / "zh.js"
PAGES = [ROOT / "schema" / "schema.graphql", WORDS_OF_THE_CONSOLE, *sorted((ROOT / "docs").glob("**/*.md")), *sorted(
    (ROOT / "graph_api" / "graphql" / "http" / "page").glob("*.graphql")
), *sorted((ROOT / "docs" / "cypher").glob("*.cypher"))]  # fmt: skip


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in PRINTED], ids=lambda page: str(page.relative_to(ROOT))
)
def test_pages_and_the_contract(page: Path) -> None:
    assert not _found(page.read_text(encoding="utf-8"))


def test_the_catalogue() -> None:
    assert not {entry.chinese: words for entry in catalogue() if (words := _found(entry.chinese))}


def test_words_of_plans() -> None:
    labels = [term.zh for terms in (StepAction, StepPurpose, StillOutReason) for term in terms]
    assert not _found("\n".join(labels))


@pytest.mark.parametrize("page", PRINTED, ids=lambda page: page.name)
def test_printed_outputs_hold_no_other_than_they_did(page: Path) -> None:
    assert _found(page.read_text(encoding="utf-8")) <= set(IN_PRINTED_OUTPUTS.split())


def test_a_word_of_former_days_is_found() -> None:
    assert _found("单电源的重要用户, 开闭所") == {"用户", "开闭所"}
    assert not _found("特级重要电力用户, 检查确无电压, 配电站房, 最近演练日期, 终止责任分配")


def test_no_word_of_today_is_a_former_one() -> None:
    former = {word for words in FORMER_WORDS.values() for word in words}
    assert not former & FORMER_WORDS.keys()
