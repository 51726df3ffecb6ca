"""What two answers to one request come to: differences, words to read, masks that were needed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from tests.compare.difference import Difference, Number, What, differences, read_json, written
from tests.compare.masks import Mask, covering, masks_of
from tests.compare.operation import Answer, Operation

_FAILED = '"code":"INTERNAL"'
_FAMILY = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A difference in the answers to a request."""

    operation: Operation
    page: int
    difference: Difference


@dataclass(slots=True)
class Outcome:
    """What was found over many requests."""

    operations: int = 0
    pages: int = 0
    bytes: int = 0
    equal_bytes: int = 0
    """Pages whose bodies are equal as they stand, without any mask."""
    found: list[Found] = field(default_factory=list)
    words: list[Found] = field(default_factory=list)
    failed: list[Found] = field(default_factory=list)
    """Differences where the old tree failed (INTERNAL): there was no answer to keep; a person judges each."""
    additions: list[Found] = field(default_factory=list)
    masked: Counter[str] = field(default_factory=Counter)
    not_compact: list[str] = field(default_factory=list)
    """Requests whose body is JSON that is written with more than it needs; there, blanks are not compared."""

    def compare(self, operation: Operation, old: list[Answer], new: list[Answer]) -> None:
        """Add what comes of one request."""
        self.operations += 1
        masks = masks_of(operation)
        for page, pair in enumerate(zip_longest(old, new), 1):
            self._compare_page(operation, page, masks, *pair)

    def _compare_page(
        self, operation: Operation, page: int, masks: list[Mask], old: Answer | None, new: Answer | None
    ) -> None:
        if old is None or new is None:
            missing = What.ONLY_NEW if old is None else What.ONLY_OLD
            self.found.append(Found(operation, page, Difference(("page",), missing, _body(old), _body(new))))
            return
        self.pages += 1
        self.bytes += len(old.body.encode("utf-8", "surrogateescape"))
        self.equal_bytes += old.body == new.body
        failed = _FAILED in old.body
        same = old.body == new.body  # nothing to be read then: most of the time goes there
        for each in differences(self._read(operation, old, same), self._read(operation, new, same)):
            self._sort(Found(operation, page, each), masks, failed=failed)

    def _read(self, operation: Operation, answer: Answer, same: bool) -> dict[str, Any]:
        """An answer as a value to compare; without its body where that is the same."""
        head: dict[str, Any] = {"status": Number(answer.status), "headers": dict(answer.headers)}
        if same:
            return head
        if "json" not in answer.headers.get("content-type", ""):
            text = _FAMILY.findall(answer.body) if operation.target == "/metrics" else None
            return head | {"body": answer.body if text is None else dict(text)}
        try:
            body = read_json(answer.body)
        except ValueError:
            return head | {"body": answer.body}
        compact = written(body) == answer.body
        if not compact:
            self.not_compact.append(operation.name)
        return head | {"compact": compact, "body": _named(body) if "additions" in operation.masks else body}

    def _sort(self, found: Found, masks: list[Mask], *, failed: bool) -> None:
        mask = covering(masks, found.difference)
        if mask is None:
            (self.failed if failed else self.found).append(found)
            return
        self.masked[mask.name] += 1
        if mask.words and not failed:
            self.words.append(found)
        elif mask.additions:
            self.additions.append(replace(found, difference=replace(found.difference, old=None)))


def _body(answer: Answer | None) -> str | None:
    return None if answer is None else answer.body


def _named(value: Any) -> Any:
    """A value in which lists of things with a name or code are objects by that: so that a new one moves no other."""
    match value:
        case dict():
            return {name: _named(item) for name, item in value.items()}
        case [{"name": str()}, *_] | [{"code": str()}, *_]:
            return {item.get("name") or item["code"]: _named(item) for item in value}
        case list():
            return [_named(item) for item in value]
    return value
