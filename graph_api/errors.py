"""Every error of Baodian.

BaodianError
├── InvalidInput            the caller can mend it: wrong id, cursor, value, batch
│   ├── UnknownEntity
│   ├── BadCursor
│   ├── DanglingRelationship
│   ├── Conflict            somebody else changed the entity meanwhile
│   ├── BackFeed            supplies inside a customer would be joined
│   └── RequestIdConflict
├── Unauthenticated         nobody knows who asks, or what proves it holds no more
│   └── LockedOut           too many attempts were wrong
├── Forbidden               who asks may not do that
├── NumbersMasked           everything is answered, but nobody could tell who saw which number
├── StoreError              the store did not do it
│   ├── StoreUnavailable    retry later
│   │   └── StoreUnwritable     it can be read and takes no change: disk full, read-only, failing
│   ├── OutcomeUnknown      send it again with the same request id, or look that up with outcome()
│   ├── StoreReplaced
│   ├── UpgradeRequired
│   ├── StoreCorrupt
│   │   └── SnapshotUnusable    a snapshot file that is damaged or foreign; it is made anew from the store
│   │       └── SnapshotOutdated  one of another version of this program
│   ├── LoadInProgress
│   └── BatchTooLarge
├── LoadError               a file or mapping cannot be used at all (single rows are rejects, not errors)
├── NotInstalled            an optional package is needed that is not installed
├── StaleReplica
├── TimeTravelUnsupported
├── LimitExceeded
├── BudgetExceeded          work that was stopped, as it had used its computing time
└── Overloaded              nothing was done, come back later

A message says what happened and what to do next. It never holds a stack trace, a secret or a phone number.
"""

from __future__ import annotations

from schema.errors import BaodianError, ErrorCode, InvalidInput, LoadError, NotInstalled

__all__ = [
    "BackFeed",
    "BadCursor",
    "BaodianError",
    "BatchTooLarge",
    "BudgetExceeded",
    "Conflict",
    "DanglingRelationship",
    "ErrorCode",
    "Forbidden",
    "InvalidInput",
    "LimitExceeded",
    "LoadError",
    "LoadInProgress",
    "LockedOut",
    "NotInstalled",
    "NumbersMasked",
    "OutcomeUnknown",
    "Overloaded",
    "RequestIdConflict",
    "SnapshotOutdated",
    "SnapshotUnusable",
    "StaleReplica",
    "StoreCorrupt",
    "StoreError",
    "StoreReplaced",
    "StoreUnavailable",
    "StoreUnwritable",
    "TimeTravelUnsupported",
    "Unauthenticated",
    "UnknownEntity",
    "UpgradeRequired",
    "unwritable_of",
]


class UnknownEntity(InvalidInput):
    """An id that is required names nothing in the graph."""

    code = ErrorCode.UNKNOWN_ENTITY


class BadCursor(InvalidInput):
    """A cursor of another query, or none at all."""

    code = ErrorCode.BAD_CURSOR


class DanglingRelationship(InvalidInput):
    """A relationship whose end is neither in the store nor in the batch."""

    code = ErrorCode.DANGLING_RELATIONSHIP


class Conflict(InvalidInput):
    """An expected version does not hold: somebody changed the entity meanwhile. Read again, then decide."""

    code = ErrorCode.CONFLICT


class BackFeed(InvalidInput):
    """会经客户内部倒送电：请补报断开操作。 Supplies that may not run parallel would be joined inside a customer."""

    code = ErrorCode.BACK_FEED


class IncidentOpen(InvalidInput):
    """已有未结事件涉及相同设备或客户：请并入该事件处置。 An open incident is about the same: go on with that one."""

    code = ErrorCode.INCIDENT_OPEN


class WorkLeft(InvalidInput):
    """尚有未了事项：逐项完成，或填写仍结案的原因。 Something is left open: do it, or say why it is closed."""

    code = ErrorCode.WORK_LEFT


class RequestIdConflict(InvalidInput):
    """The request id was used for other content."""

    code = ErrorCode.REQUEST_ID_CONFLICT


class Unauthenticated(BaodianError):
    """未能确认访问者身份。 Nobody knows who asks, or what proves it holds no more."""

    code = ErrorCode.UNAUTHENTICATED


class LockedOut(Unauthenticated):
    """Too many attempts to log in were wrong; try again after `details.retryAfterSeconds`."""


class Forbidden(BaodianError):
    """访问者无权进行该操作。 Who asks may not do that."""

    code = ErrorCode.FORBIDDEN


class NumbersMasked(BaodianError):
    """审计暂不可写，号码已掩码，其余照常回答。 The audit takes no line now: numbers are masked, the rest is told."""

    code = ErrorCode.NUMBERS_MASKED


class StoreError(BaodianError):
    """The store did not do what was asked."""

    code = ErrorCode.STORE_UNAVAILABLE


class StoreUnavailable(StoreError):
    """The store cannot be reached or is busy; nothing was changed; try again."""

    code = ErrorCode.STORE_UNAVAILABLE
    retryable = True


class StoreUnwritable(StoreUnavailable):
    """What the store lies on takes no change: the disk is full, failing or may only be read."""


class OutcomeUnknown(StoreError):
    """The store did not confirm the change: send it again with the same request id, which has one effect."""

    code = ErrorCode.OUTCOME_UNKNOWN
    retryable = True


def unwritable_of(error: BaseException | None) -> StoreUnwritable | None:
    """What an error says against writing, itself or as what it came from; None if nothing."""
    while error is not None and not isinstance(error, StoreUnwritable):
        error = error.__cause__
    return error


class StoreReplaced(StoreError):
    """Another store, or an older state of it, stands where ours was; it is read when the operator asks for it."""

    code = ErrorCode.STORE_REPLACED


class UpgradeRequired(StoreError):
    """The store was written by a newer version than this one can read."""

    code = ErrorCode.UPGRADE_REQUIRED


class StoreCorrupt(StoreError):
    """A checksum does not hold."""

    code = ErrorCode.STORE_CORRUPT


class SnapshotUnusable(StoreCorrupt):
    """A snapshot file is missing, damaged, foreign or of another version; it is made anew from the store."""


class SnapshotOutdated(SnapshotUnusable):
    """A snapshot file was written by another version of this program: as it is after each upgrade."""


class LoadInProgress(StoreError):
    """Another staged load is open."""

    code = ErrorCode.LOAD_IN_PROGRESS
    retryable = True


class BatchTooLarge(StoreError):
    """More records than one apply takes; use a staged load."""

    code = ErrorCode.BATCH_TOO_LARGE


class StaleReplica(BaodianError):
    """This process has not seen the asked revision yet."""

    code = ErrorCode.STALE_REPLICA
    retryable = True


class TimeTravelUnsupported(BaodianError):
    """Topology of the past is not kept; an incident stores the answers it was worked with."""

    code = ErrorCode.TIME_TRAVEL_UNSUPPORTED


class LimitExceeded(BaodianError):
    """The query is larger than a documented limit."""

    code = ErrorCode.LIMIT_EXCEEDED


class BudgetExceeded(BaodianError):
    """已用完单次查询的计算时间。 The query has used the computing time that one may have; its results are dropped."""

    code = ErrorCode.BUDGET_EXCEEDED


class Overloaded(BaodianError):
    """查询过多，请稍后重试。 More is asked than can be answered; again after `details.retryAfterSeconds`."""

    code = ErrorCode.OVERLOADED
    retryable = True
