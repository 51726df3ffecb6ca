"""Where every fact comes from: loads of source files, other systems' keys, merged identities."""

import dataclasses
from typing import Annotated, ClassVar

from annotated_types import Ge

from schema.checked import checked
from schema.entity import Entity, Label, Moment


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that a load did not take, or a value of one that it took: in both languages, telephone numbers masked."""

    file: str
    row: int
    column: str = ""
    value: str = ""
    reason: str
    reason_zh: str
    remedy: str
    remedy_zh: str


@checked
class SourceLoad(Entity):
    """数据批次: one file of one load. Entities refer to it by `number` and a row."""

    group: ClassVar[str] = "provenance"
    zh: ClassVar[str] = "数据批次"

    number: Annotated[int, Ge(1), Label("批次号", "Number that entities and relationships refer to.")]
    system: Annotated[str, Label("源系统", "System the file was exported from.")]
    file: Annotated[str, Label("文件", "Name of the file.")]
    sha256: Annotated[str | None, Label("校验和", "SHA-256 of the file's content.")] = None
    mapping: Annotated[str | None, Label("映射", "Mapping or format it was read with.")] = None
    as_of: Annotated[Moment | None, Label("数据时间", "Time that the data was true at, where the source says so.")] = (
        None
    )
    loaded_at: Annotated[Moment, Label("入库时间", "When it was loaded.")]
    rows_read: Annotated[int, Label("读取行数", "Rows read.")] = 0
    rows_taken: Annotated[int, Label("入库行数", "Rows taken.")] = 0
    rows_duplicate: Annotated[int, Label("重复行数", "Rows that repeat one already taken.")] = 0
    rows_rejected: Annotated[int, Label("未入库行数", "Rows rejected.")] = 0
    rejects: Annotated[
        tuple[RejectedRow, ...],
        Label("未入库明细", "Rejected rows that are kept, the first of each kind of trouble; numbers masked."),
    ] = ()
    dropped: Annotated[
        tuple[RejectedRow, ...],
        Label("未采用的值", "Values without which their rows were taken, the first of each kind; numbers masked."),
    ] = ()


@checked
class IdentifierMapping(Entity):
    """标识映射: another system's key of an entity that it IDENTIFIES."""

    group: ClassVar[str] = "provenance"
    zh: ClassVar[str] = "标识映射"

    system: Annotated[str, Label("源系统", "System whose key it is.")]
    key: Annotated[str, Label("外部系统编码", "That system's key.")]


@checked
class Alias(Entity):
    """合并标识: the id of an entity that was merged into the one it is an ALIAS_OF."""

    group: ClassVar[str] = "provenance"
    zh: ClassVar[str] = "合并标识"
