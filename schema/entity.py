"""What every entity of the graph has in common, and how its fields are described."""

import dataclasses
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from annotated_types import MinLen

from schema.checked import Check, Checked, checked
from schema.unseen import first_unseen, is_common
from schema.vocabulary import DataQuality
from schema.words import say

MAX_ID_BYTES = 128


@dataclasses.dataclass(frozen=True, slots=True)
class Label:
    """Describes a field: Chinese term, English sentence, unit (a suffix of the field's name repeats it)."""

    zh: str
    en: str
    unit: str = ""
    personal: bool = False
    """True for personal data (telephone numbers): masked wherever the reader has no need of it."""


class WrongFieldError(ValueError):
    """A field that does not go with the others of its entity: `field` names it, the sentence says what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def is_plain_id(text: str) -> bool:
    """Whether a text is an id as it stands, as nearly all are; others may be one, too."""
    return 3 * len(text) <= MAX_ID_BYTES and is_common(text)


def _identifier(value: str) -> str:
    if value.isascii() and value.isprintable() and len(value) <= MAX_ID_BYTES:
        return value
    if is_plain_id(value):
        return value
    if not unicodedata.is_normalized("NFC", value):
        value = unicodedata.normalize("NFC", value)
    if 4 * len(value) > MAX_ID_BYTES and len(value.encode()) > MAX_ID_BYTES:
        raise ValueError(say("an id may have at most {most} bytes in UTF-8", most=MAX_ID_BYTES))
    if not value.isprintable() and any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in value):
        raise ValueError(say("an id may not contain control characters"))
    if unseen := first_unseen(value, joiners=True):
        raise ValueError(say("an id may not hold a character that nobody sees ({unseen})", unseen=unseen))
    return value


Identifier = Annotated[str, MinLen(1), Check(_identifier)]
"""A permanent opaque string: NFC, 1 to 128 bytes, no control characters."""

ID_OF_A_THING = "id of a thing"
"""Marks a text that is the id of a thing, as callers send it: a merged id stands for the thing that it leads to."""
ThingId = Annotated[str, ID_OF_A_THING]

Longitude = Annotated[float, Label("经度", "Longitude, WGS 84.", "°")]
Latitude = Annotated[float, Label("纬度", "Latitude, WGS 84.", "°")]


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(say("a time needs its timezone, as 2026-11-23T08:00:00+08:00"))
    return value.astimezone(UTC)


Moment = Annotated[datetime, Check(_aware_utc)]
"""A time with zone, kept in UTC; a time without one is refused, never guessed."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FieldOrigin:
    """Says that one field came from another load than the rest of its entity."""

    field: str
    load: int
    row: int


@checked
class Entity(Checked):
    """Anything in the graph that has an id."""

    group: ClassVar[str] = ""
    zh: ClassVar[str] = ""

    id: Annotated[Identifier, Label("标识", "Permanent opaque id, minted once.")]
    name: Annotated[str, Label("名称", "Name as its users say it.")] = ""
    aliases: Annotated[tuple[str, ...], Label("别名", "Other names that people use or used.")] = ()
    source_key: Annotated[
        str | None, Label("源系统编码", "The source system's own key, where the id does not hold it.")
    ] = None
    quality: Annotated[DataQuality, Label("数据可信度", "RECORDED, or ASSUMED where a mapping made the object.")] = (
        DataQuality.RECORDED
    )
    note: Annotated[str | None, Label("备注", "Free text for readers.")] = None
    load: Annotated[int, Label("批次号", "Number of the SourceLoad this entity came from; 0 = entered by hand.")] = 0
    row: Annotated[int, Label("行号", "Row in that load's file, counted from 1; 0 = none.")] = 0
    overrides: Annotated[tuple[FieldOrigin, ...], Label("字段来源", "Fields that another load won.")] = ()
