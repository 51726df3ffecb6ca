"""What a step of a plan is for and why a customer stays out, as codes, and a step as a sentence in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import unique

from schema.customer import SupplySource
from schema.entity import Entity
from schema.registry import kind_of
from schema.vocabulary import Term
from schema.words import Language
from schema.words.operation_words import OperationWords


@unique
class StepAction(Term):
    """操作: what a step does."""

    OPEN = "OPEN", "拉开", "open a switch"
    CLOSE = "CLOSE", "合上", "close a switch"
    TRANSFER = "TRANSFER", "客户侧切换", "a customer changes over to a live supply"
    RELEASE = "RELEASE", "失压脱扣复位合闸", "a customer closes again what its under-voltage release has opened"
    GENERATOR = "GENERATOR", "发电车接入", "a mobile generator is connected"
    LOCK = "LOCK", "加锁并挂牌", "locked open, a sign on it"
    UNLOCK = "UNLOCK", "拆锁并摘牌", "the lock and the sign are taken off"
    EARTH = "EARTH", "验电并接地", "tested dead and earthed"
    REMOVE_EARTH = "REMOVE_EARTH", "拆除接地线（拉开接地刀闸）", "earths taken off, earthing switches opened"
    CHECK = "CHECK", "现场核实位置", "its position is looked at"
    PATROL = "PATROL", "巡线", "the line is walked along"
    RECLOSING_ON = "RECLOSING_ON", "投入重合闸", "its automatic re-closing is put in service again"


@unique
class StepPurpose(Term):
    """操作目的: what a step is for."""

    ISOLATE = "ISOLATE", "隔离故障", "cuts the fault out"
    CONFIRM_OPEN = "CONFIRM_OPEN", "位置不明，核实并断开", "its position is unknown: it is looked at and opened"
    CONFIRM_POSITION = (
        "CONFIRM_POSITION",
        "位置不明，核实并登记后重新编制方案",
        "its position decides who gets supply back: once it is recorded, ask for the plan again",
    )
    CONFIRM_TRANSFER = (
        "CONFIRM_TRANSFER",
        "按备自投已动作计，尚无人上报：调阅遥信或到现场核实是否已合上并登记；未合上的，登记后重新编制方案",
        "an automatic transfer is taken to have closed it, and nobody has reported that: its position is asked for and "
        "recorded; where it stands open, ask for the plan again",
    )
    FEED_UPSTREAM = "FEED_UPSTREAM", "恢复故障点电源侧（上游）送电", "feeds what lies before the fault"
    SECTION = "SECTION", "分段", "parts what another supply takes"
    CUT_OFF = "CUT_OFF", "切除（转供能力不足）", "cuts off what no supply can carry"
    RESUPPLY = "RESUPPLY", "转供", "feeds it from another supply"
    CHANGE_OVER = "CHANGE_OVER", "切换至带电电源", "changes over to the live supply"
    CLOSE_AGAIN = "CLOSE_AGAIN", "来电后恢复用电", "takes supply again"
    SAFE_TO_WORK = "SAFE_TO_WORK", "防止倒送电、误送电，保证检修安全", "so that nothing can feed the place of work"
    WORK_ENDED = (
        "WORK_ENDED",
        "须检修工作已终结、人员已全部撤离",
        "only once all work permits are ended and everybody is off the line",
    )
    BEFORE_ENERGISING = "BEFORE_ENERGISING", "送电前确认无异常", "before it is energised again"
    DEAD_FOR_DISCONNECTOR = (
        "DEAD_FOR_DISCONNECTOR",
        "短时停电，以便操作隔离开关",
        "off for a moment, so that a disconnector is operated without voltage",
    )
    WITH_SOURCE_OFF = (
        "WITH_SOURCE_OFF",
        "恢复正常运行方式，须待上级电源停电后操作",
        "back to the normal arrangement, only while its source is switched off",
    )
    IF_ONE_SIDE_DEAD = (
        "IF_ONE_SIDE_DEAD",
        "恢复正常运行方式，须验明至少一侧不带电后方可合上；两侧均带电则不合，重新编制方案",
        "back to the normal arrangement, only once one side is tested dead; with voltage on both it stays open: ask "
        "for the plan again",
    )
    IF_NOT_FED = (
        "IF_NOT_FED",
        "恢复正常运行方式，须验明其后母线不带电后方可合上；已由另一电源供电则不合",
        "back to the normal arrangement, only once what lies behind it is tested dead; with another supply there it "
        "stays open",
    )
    BACK_TO_NORMAL = "BACK_TO_NORMAL", "恢复正常运行方式", "back to the normal arrangement"
    TAKE_GENERATOR_AWAY = "TAKE_GENERATOR_AWAY", "退出发电车，恢复由电网供电", "takes the mobile generator away"
    CONNECT_GENERATOR = "CONNECT_GENERATOR", "由发电车供电", "connects a mobile generator"


@unique
class StillOutReason(Term):
    """未恢复原因: why a plan leaves a customer without all its loads."""

    CUT_OUT = "CUT_OUT", "位于隔离范围内，待抢修后恢复", "hangs on what is cut out, and waits for the repair"
    NO_CAPACITY = (
        "NO_CAPACITY",
        "可转供电源容量不足",
        "the supplies that could take it over would carry more than they may",
    )
    POSITION_UNKNOWN = (
        "POSITION_UNKNOWN",
        "供电路径上开关位置不明，须先核实",
        "it depends on a switch whose position nobody knows: that is looked at first",
    )
    PLACE_UNKNOWN = (
        "PLACE_UNKNOWN",
        "接入位置未录入：所属线路部分带电、部分失电，不知其在哪一部分",
        "where it hangs on its feeder is not recorded: a part of that has supply, and a part has none",
    )
    DISCONNECTOR_TIE = (
        "DISCONNECTOR_TIE",
        "联络为隔离开关，不得带电、带负荷操作，无法转供",
        "the only tie is a disconnector, which is closed neither onto load nor onto voltage",
    )
    OPEN_FOR_WORK = (
        "OPEN_FOR_WORK",
        "可供电的开关因检修或另一故障断开，未经核实不得合上",
        "the switch that could feed it was opened for work or on another fault: it is not closed unasked",
    )
    OUT_BEFORE = "OUT_BEFORE", "事件前已停电", "it had no supply before the event"
    WAITS_FOR_RETURN = (
        "WAITS_FOR_RETURN",
        "故障已修复，恢复正常方式时复电",
        "all is repaired, and it is fed again on the way back to the normal arrangement",
    )
    FAULT_INSIDE = "FAULT_INSIDE", "故障在客户内部，待客户处理后恢复", "the fault is inside the customer"
    BY_HAND_ONLY = (
        "BY_HAND_ONLY",
        "电源已恢复，客户内部尚需人工操作，具体操作未登记",
        "supply is back, but somebody has to switch inside, and how is not recorded",
    )
    NO_TIE = "NO_TIE", "无可用联络，无法转供", "no open tie leads to it from what is live"


@unique
class PlanLimit(Term):
    """方案未穷举之处: 方案中未逐一核算之处。 What of a plan was not gone through one by one."""

    WORLDS = (
        "WORLDS",
        "相关开关位置不明者过多，未逐一推演各种可能，仅按最不利的情形校核",
        "too many switches that matter are of unknown position: not every case was played, the plan is proved in the "
        "worst one",
    )
    FLOWS = (
        "FLOWS",
        "位置不明的开关过多，负载仅按其全分、全合两种情形校核",
        "too many switches are of unknown position: what lines carry was checked with all of them open, and all closed",
    )
    RETURN = (
        "RETURN",
        "位置不明的开关过多，修复后可能连通两路电源的合闸一律未列入",
        "too many switches are of unknown position: after the repair nothing is closed that might join two supplies",
    )
    SHEDDING = (
        "SHEDDING",
        "转供能力不足，切除与联络的组合未逐一穷举，可能有恢复更多的方案",
        "room is short and not every choice of ties and of what is left out was tried: another may feed more",
    )


_NAMED_FIRST = frozenset(
    {
        *(StepAction.EARTH, StepAction.REMOVE_EARTH, StepAction.LOCK, StepAction.UNLOCK),
        *(StepAction.CHECK, StepAction.PATROL, StepAction.RECLOSING_ON),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operated:
    """What a step operates, as things with names: its target, what it opens and closes, and at which customer.

    `feeders` are names of the feeders of supplies, by id; `interrupted` counts customers and public areas that it
    leaves without supply for a moment.
    """

    target: Entity
    opens: Sequence[Entity] = ()
    closes: Sequence[Entity] = ()
    customer: Entity | None = None
    feeders: Mapping[str, str] = field(default_factory=dict)
    interrupted: tuple[int, int] = (0, 0)
    reclosing_blocked: bool = False
    """Whether automatic re-closing of what is closed is taken out of service first."""


def step_text(
    action: StepAction, purpose: StepPurpose, operated: Operated, language: Language, words: OperationWords
) -> str:
    """A step as a sentence, its verb from the utility's word list: "拉开1021断路器，隔离故障"."""
    return _what(action, purpose, operated, language, words) + _meanwhile(operated.interrupted, language)


def _what(
    action: StepAction, purpose: StepPurpose, operated: Operated, language: Language, words: OperationWords
) -> str:
    name, chinese = operated.target.name or operated.target.id, language is Language.ZH
    if action in _NAMED_FIRST and purpose is not StepPurpose.CONFIRM_TRANSFER:
        return f"{name}：{action.zh}，{purpose.zh}" if chinese else f"{name}: {action.en}: {purpose.en}"
    acts = "" if action is StepAction.CHECK else _acts(action, operated, language, words)
    if not acts:
        return f"{name}：{purpose.zh}" if chinese else f"{name}: {purpose.en}"
    if operated.reclosing_blocked:
        acts = f"退出重合闸后{acts}" if chinese else f"{acts}, its re-closing taken out of service first"
    said = f"{acts}，{purpose.zh}" if chinese else f"{acts}: {purpose.en}"
    return _at(operated, said, chinese=chinese) if action not in (StepAction.OPEN, StepAction.CLOSE) else said


def _acts(action: StepAction, operated: Operated, language: Language, words: OperationWords) -> str:
    """What is opened, then closed (先断后合); empty where neither is told."""
    opens = operated.opens or ([operated.target] if action is StepAction.OPEN else [])
    closes = operated.closes or ([operated.target] if action is StepAction.CLOSE else [])
    chinese = language is Language.ZH
    opening, closing = (_listed(each, operated, chinese=chinese) for each in (opens, closes))
    verb = words.open(kind_of(opens[0]), language) if opens else ""
    if opens and closes:
        then = words.close(language)
        return (
            f"先{verb}{opening}，再{then}{closing}" if chinese else f"{verb} {opening}, then {then.lower()} {closing}"
        )
    name = opening or closing
    verb = verb or words.close(language)
    if not name:
        return ""
    return f"{verb}{name}" if chinese else f"{verb} {name}"


def _listed(things: Sequence[Entity], operated: Operated, *, chinese: bool) -> str:
    names = [_called(each, operated, chinese=chinese) for each in things]
    return "、".join(names) if chinese else " and ".join(names)


def _called(thing: Entity, operated: Operated, *, chinese: bool) -> str:
    """A switch by its name; a supply that stands for its incoming switch says so, and which feeder it comes from."""
    name = thing.name or thing.id
    if not isinstance(thing, SupplySource):
        return name
    feeder = operated.feeders.get(thing.id, "")
    known = not feeder or feeder in name
    if chinese:
        return f"{name}{'' if known else f'（{feeder}）'}进线开关"
    return f"incoming switch of {name}{'' if known else f' from {feeder}'}"


def _at(operated: Operated, said: str, *, chinese: bool) -> str:
    """A sentence with the customer before it, unless the names say it already."""
    customer = operated.customer.name if operated.customer is not None else ""
    if not customer or customer in said:
        return said
    return f"{customer}：{said}" if chinese else f"{customer}: {said[0].lower()}{said[1:]}"


def _meanwhile(interrupted: tuple[int, int], language: Language) -> str:
    customers, areas = interrupted
    if not customers and not areas:
        return ""
    if language is Language.ZH:
        said = [f"客户{customers}户"] * bool(customers) + [f"台区{areas}个"] * bool(areas)
        return "，短时停电：" + "、".join(said)
    said = [_count(customers, "customer")] * bool(customers) + [_count(areas, "public area")] * bool(areas)
    return f"; off for a moment: {' and '.join(said)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
