"""What can be unready (应急准备问题), as codes with both labels and the source of each rule."""

from __future__ import annotations

from enum import unique

from schema.vocabulary import Term


@unique
class FindingKind(Term):
    """应急准备问题类型: what is not ready."""

    PLAN_MISSING = (
        "PLAN_MISSING",
        "缺少已批准的预案",
        "an important customer has no approved plan",
        "article A2: one plan per customer",
    )
    REVIEW_OVERDUE = "REVIEW_OVERDUE", "预案逾期未复审", "the date by which the plan must be reviewed is past", "K"
    DRILL_OVERDUE = (
        "DRILL_OVERDUE",
        "预案逾期未演练",
        "an important customer's plan was not drilled within half a year",
        "drill of the on-site procedure every half year (K)",
    )
    PROCEDURE_MISSING = (
        "PROCEDURE_MISSING",
        "缺少处置程序",
        "the plan has no procedure for a state that its supplies allow",
        "article A5: three procedures",
    )
    STEP_INCOMPLETE = "STEP_INCOMPLETE", "处置步骤不完整", "a step names nobody to do it", "article A5"
    STEP_CONTRADICTED = (
        "STEP_CONTRADICTED",
        "处置步骤与现状不符",
        "a step counts on something that is not so now",
        "plans are checked against what is there (K)",
    )
    BACK_FEED = (
        "BACK_FEED",
        "倒送电",
        "closed devices join supplies inside that may not run parallel; mostly the report of an opening is missing",
        "43号: interlock against back-feed",
    )
    ROLE_GAP = "ROLE_GAP", "责任岗位空缺", "a required role that nobody can be reached in", "article A3"
