"""Vocabularies of the incident room (应急事件处置)."""

from __future__ import annotations

from enum import unique

from schema.vocabulary import Term


@unique
class EntryType(Term):
    """处置记录类型: 处置记录所记何事。 What an entry of an incident's timeline says."""

    OPENED = "OPENED", "立案", "the incident was opened", "K"
    AMENDED = "AMENDED", "更正", "level, equipment, moment of loss or commander are other ones", "K"
    EVIDENCE = "EVIDENCE", "故障信息", "something was reported of the fault", "IEC 61968-3 TroubleTicket"
    EVIDENCE_WITHDRAWN = "EVIDENCE_WITHDRAWN", "撤回故障信息", "a report turned out to be none", "K"
    FAULT_CONFIRMED = "FAULT_CONFIRMED", "故障确认", "the fault was found", "95598: 故障研判"
    REPAIRED = "REPAIRED", "故障修复", "what was faulty is sound again", "95598: 已修复"
    AFFECTED = "AFFECTED", "影响范围变化", "who is affected, and how, changed", "K"
    WORK_ORDER = "WORK_ORDER", "工单", "a work order was sent, or went on", "95598: 抢修工单"
    PROCEDURE = "PROCEDURE", "启动处置程序", "a procedure of a customer's plan was started", "一户一案"
    STEP = "STEP", "处置步骤", "a step of it was done, or skipped with a reason", "一户一案"
    SWITCHED = "SWITCHED", "操作登记", "switches were operated", "95598: 操作"
    REFUSED = "REFUSED", "无法操作", "a switch cannot be operated: plans go without it", "K"
    CLOCK = "CLOCK", "时限", "a service clock is near its limit, or over it", "K"
    ESCALATED = "ESCALATED", "升级通知", "nobody has acknowledged it in time: others are told", "K"
    NOTIFYING = "NOTIFYING", "发出通知", "a message is sent", "K"
    NOTIFIED = "NOTIFIED", "通知结果", "what came of a message", "K"
    ACKNOWLEDGED = "ACKNOWLEDGED", "确认接收", "somebody has taken it in hand", "K"
    CALLED = "CALLED", "电话联系", "somebody was called", "应急联络表: 联系时间、结果、记录人"
    NOTE = "NOTE", "记事", "what else is to be known", "K"
    HANDED_OVER = "HANDED_OVER", "交接班", "another commander took over", "K"
    SIGNED = "SIGNED", "接班签字", "whoever took over has signed for it", "K"
    CLOSED = "CLOSED", "结案", "the incident was closed", "K"
    REOPENED = "REOPENED", "重新立案", "it was not over", "K"
    TOOK_IN = "TOOK_IN", "合并事件", "another incident was joined into this one", "K"
    JOINED = "JOINED", "并入事件", "it was joined into another incident", "K"
    SPLIT_OFF = "SPLIT_OFF", "拆分事件", "a part of it is an incident of its own from then on", "K"


@unique
class IncidentLevel(Term):
    """应急响应级别: 公司的响应级别，Ⅰ级最重。 Response level of the company, the gravest first."""

    I = "I", "Ⅰ级响应", "level I", "decree 599"  # noqa: E741  (the field's own code)
    II = "II", "Ⅱ级响应", "level II", "decree 599"
    III = "III", "Ⅲ级响应", "level III", "decree 599"
    IV = "IV", "Ⅳ级响应", "level IV", "decree 599"


@unique
class WorkOrderState(Term):
    """工单状态: 工单进展到哪一步，不得回退。 How far a work order is; none goes back."""

    REPORTED = "REPORTED", "已受理", "the demand was received", "95598"
    REPLIED = "REPLIED", "已答复", "whoever asked was answered", "95598"
    DISPATCHED = "DISPATCHED", "已派单", "sent to a crew", "95598"
    ACCEPTED = "ACCEPTED", "已接单", "the crew has accepted it", "95598"
    DEPARTED = "DEPARTED", "已出发", "the crew is on the way", "95598"
    ARRIVED = "ARRIVED", "已到达", "the crew is on site", "95598"
    ISOLATED = "ISOLATED", "已隔离", "the fault is cut out", "K"
    TEMPORARILY_RESTORED = "TEMPORARILY_RESTORED", "已临时复电", "fed by transfer or generator truck", "K"
    RESTORED = "RESTORED", "已复电", "normal supply is back", "95598"
    REPAIRED = "REPAIRED", "已修复", "the fault is repaired", "95598"
    REPORTED_BACK = "REPORTED_BACK", "已回单", "the crew has reported cause and result", "95598"
    CALLED_BACK = "CALLED_BACK", "已回访", "the customer was called back", "95598"
    CLOSED = "CLOSED", "已归档", "nothing is left to do", "95598"


@unique
class CallOutcome(Term):
    """联系结果: 一次联系的结果。 What came of a call."""

    REACHED = "REACHED", "已接通", "reached", "应急联络表"
    NO_ANSWER = "NO_ANSWER", "无人接听", "nobody answered", "应急联络表"
    WRONG_NUMBER = "WRONG_NUMBER", "号码有误", "the number is another one's", "应急联络表"


@unique
class NoticeOutcome(Term):
    """通知结果: 一条通知的结果。 What came of a message."""

    DELIVERED = "DELIVERED", "渠道已接收", "the channel has taken it", "K"
    FAILED = "FAILED", "未发出", "the channel has not taken it", "K"
    UNKNOWN = "UNKNOWN", "结果不明", "it is not known whether the channel has taken it", "K"


@unique
class CommitmentType(Term):
    """承诺类型: 时限的约束力。 How binding a time limit is."""

    PROMISE = "PROMISE", "内部承诺", "the company's own promise", "domain: reply 10 min, on site 45 min"
    AVERAGE = "AVERAGE", "平均时间", "an average that is promised", "SGCC 十项承诺 2022"
    CAP = "CAP", "规定上限", "a cap by rule, beyond which complaints go to the regulator", "供电服务规范"


@unique
class ClockState(Term):
    """时限状态: 一项服务时限现在如何。 How a service clock stands."""

    RUNNING = "RUNNING", "计时中", "running", "K"
    MET = "MET", "已按时完成", "kept in time", "K"
    BREACHED = "BREACHED", "已超时", "over the limit", "K"


@unique
class ClockEvent(Term):
    """时限事件: 时限到期前提醒或超时。 What a service clock tells by itself."""

    WARNED = "WARNED", "时限将到", "the limit is near", "K"
    BREACHED = "BREACHED", "时限已过", "the limit is over", "K"


@unique
class StepOutcome(Term):
    """步骤结果: 处置步骤已执行或不执行。 What became of a step of a procedure."""

    DONE = "DONE", "已执行", "done", "一户一案"
    SKIPPED = "SKIPPED", "不执行", "skipped, with the reason", "一户一案"
