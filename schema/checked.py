"""Frozen classes whose values are checked when one is made: by pydantic, which is imported when the first is.

A question makes none (what a store or a snapshot file holds was checked when it was made), so it waits for no checks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, dataclass_transform, get_type_hints

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema, ValidationError

Cls = TypeVar("Cls", bound=type)
Made = TypeVar("Made", bound="Checked")


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """Stands in an annotation: `check` takes the value and gives the one to keep, or raises ValueError."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """How pydantic checks such a value."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))


class Checked:
    """What is made by keywords, each checked against its annotation. Raises pydantic.ValidationError."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Any] = {
        "extra": "forbid",
        "str_strip_whitespace": True,
        "allow_inf_nan": False,
    }

    if not TYPE_CHECKING:

        def __init__(self, **given: Any) -> None:
            _making[type(self)](self, given)

    def check_fields(self) -> None:
        """Check what holds between fields. Raises ValueError."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def checked(cls: Cls) -> Cls:
    """A subclass of Checked with its annotations as fields."""
    return cast(Cls, dataclasses.dataclass(init=False, slots=True, frozen=True, kw_only=True)(cast(type, cls)))


def _refusal(made: Checked, given: dict[str, Any], error: ValueError) -> ValidationError:
    from pydantic_core import InitErrorDetails, ValidationError

    detail = InitErrorDetails(type="value_error", input=given, ctx={"error": error})
    return ValidationError.from_exception_data(type(made).__name__, [detail])


class _Making(dict[type[Checked], Callable[[Checked, dict[str, Any]], None]]):
    """What sets the fields of a new one to the values that it is given, checked; made at first use."""

    def __missing__(self, cls: type[Checked]) -> Callable[[Checked, dict[str, Any]], None]:
        from pydantic import TypeAdapter
        from pydantic_core import ArgsKwargs

        validate: Callable[..., Any] = TypeAdapter(cls).validator.validate_python

        def plain(made: Checked, given: dict[str, Any]) -> None:
            validate(ArgsKwargs((), given), self_instance=made)

        def ruled(made: Checked, given: dict[str, Any]) -> None:
            plain(made, given)
            try:
                made.check_fields()
            except ValueError as error:
                raise _refusal(made, given, error) from error

        self[cls] = plain if cls.check_fields is Checked.check_fields else ruled
        return self[cls]


_making = _Making()


def of_checked(cls: type[Made], fields: dict[str, Any]) -> Made:
    """One of values that were checked each by itself (`check_of`): a tenth of the work.

    What holds between fields is checked here. Raises pydantic.ValidationError.
    """
    made = _putting[cls](fields)
    if cls.check_fields is not Checked.check_fields:
        try:
            made.check_fields()
        except ValueError as error:
            raise _refusal(made, fields, error) from error
    return cast(Made, made)


class _Putting(dict[type[Checked], Callable[[dict[str, Any]], Any]]):
    """What makes one of its values, without a look at them; it is made at first use."""

    def __missing__(self, cls: type[Checked]) -> Callable[[dict[str, Any]], Any]:
        thawed = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
        fields = dataclasses.fields(cast(Any, cls))
        every = ", ".join(f"made.{field.name}" for field in fields)
        names: dict[str, Any] = {
            "new": object.__new__,
            "cls": cls,
            "thawed": type(cls.__name__, (cls,), thawed),
            "defaults": {field.name: field.default for field in fields},
        }
        text = (
            "def put(fields):\n"
            "    made = new(thawed)\n"
            f"    {every}, = (defaults | fields).values()\n"
            "    made.__class__ = cls\n"
            "    return made\n"
        )
        exec(compile(text, f"<putting {cls.__name__}>", "exec"), names)  # noqa: S102 (names are those of fields)
        self[cls] = names["put"]
        return self[cls]


_putting = _Putting()


@cache
def check_of(cls: Any, field: str) -> Callable[[list[Any]], list[Any] | None]:
    """What checks values of a field, all at once: as they are to be kept, or None where one of them cannot be."""
    from pydantic import TypeAdapter, ValidationError

    hint = get_type_hints(cls, include_extras=True)[field]
    adapter: Any = TypeAdapter(list[hint], config=cls.__pydantic_config__)  # type: ignore[valid-type]
    validate: Callable[[list[Any]], list[Any]] = adapter.validator.validate_python

    def checked_all(values: list[Any]) -> list[Any] | None:
        try:
            return validate(values)
        except ValidationError:
            return None

    return checked_all


__all__ = ["Check", "Checked", "check_of", "checked", "of_checked"]
