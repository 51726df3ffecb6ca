"""What a script leaves of its circuit: elements with their properties, and terminals that were opened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from loaders.opendss.properties import PROPERTIES, WOUND, property_behind, property_named
from loaders.opendss.script import Parameter, Statement, parts
from schema.errors import LoadError
from schema.words import Sentence, say

NO = frozenset({"no", "n", "false", "f", "0"})
_OPEN = frozenset({"o", "open", "t", "trip"})


@dataclass(slots=True)
class Element:
    """One object of a class that is read."""

    cls: str
    name: str
    at: Statement
    values: dict[str, str] = field(default_factory=dict)
    windings: dict[int, dict[str, str]] = field(default_factory=dict)
    """Of a transformer, by the number of the winding."""
    opened: set[int] = field(default_factory=set)
    """Terminals that are open."""
    partly: bool = False
    """Whether only some conductors of a terminal were opened."""
    winding: int = 1

    @property
    def key(self) -> str:
        """How scripts call it."""
        return f"{self.cls}.{self.name.casefold()}"

    @property
    def enabled(self) -> bool:
        """Whether it is in the circuit."""
        return self.values.get("enabled", "yes").casefold() not in NO

    def is_open_by(self, name: str) -> bool | None:
        """Whether a state of a control (`normal`, `state`, `action`) is open; None where it is not said."""
        words = parts(self.values.get(name, ""))
        return any(word.casefold() in _OPEN for word in words) if words else None


class Circuit:
    """Takes statements in their order; what is not read is counted, what cannot be is told to `reject`."""

    def __init__(self) -> None:
        self.elements: dict[str, Element] = {}
        self.unread: Counter[Sentence] = Counter()
        self.wrong: list[tuple[Statement, str, Sentence]] = []
        """Statements that say something of nothing, with what they name."""
        self._last: Element | None = None
        self._others: set[str] = set()

    def take(self, each: Iterable[Statement]) -> None:
        """Execute statements."""
        acts = {
            "new": self._new,
            "edit": self._edit,
            "batchedit": self._batch,
            "more": self._more,
            "open": self._switch,
            "close": self._switch,
        }
        for statement in each:
            verb = statement.verb
            if verb in acts:
                acts[verb](statement)
            elif verb in ("enable", "disable"):
                self._enable(statement)
            elif verb == "clear" or verb == "clearall":
                self.elements.clear()
            elif not verb and "." in statement.parameters[0][0]:
                self._direct(statement)
            else:
                self.unread[say("command {name} is not read", name=verb or statement.parameters[0][0])] += 1

    def _new(self, statement: Statement) -> None:
        cls, name, rest = _named(statement)
        if cls == "circuit":
            cls, name = "vsource", "source"
            rest = [("bus1", "sourcebus"), ("basekv", "115"), *rest]
        self._last = None
        if cls not in PROPERTIES:
            self.unread[say("class {cls} is not modelled", cls=cls)] += 1
            self._others.add(f"{cls}.{name.casefold()}")
            return
        made = Element(cls, name, statement)
        if made.key in self.elements:
            self.wrong.append((statement, made.key, say("stands already; it was changed as by Edit")))
            made = self.elements[made.key]
        self.elements[made.key] = self._last = made
        self._apply(made, rest)

    def _edit(self, statement: Statement) -> None:
        cls, name, rest = _named(statement)
        self._last = self._found(statement, cls, name)
        if self._last is not None:
            self._apply(self._last, rest)

    def _batch(self, statement: Statement) -> None:
        """BatchEdit Line.sw.* enabled=no: all of a class whose names hold the pattern."""
        cls, pattern, rest = _named(statement)
        matches = _matcher(pattern)
        if matches is None:
            reason = say("the pattern has groups or is long, and is not read; nothing was changed by it")
            self.wrong.append((statement, pattern, reason))
            return
        self._last = None
        for each in self.elements.values():
            if each.cls == cls and matches.search(each.name):
                self._apply(each, rest)

    def _more(self, statement: Statement) -> None:
        if self._last is not None:
            self._apply(self._last, statement.parameters)

    def _direct(self, statement: Statement) -> None:
        """Line.L1.Length=5."""
        for written, value in statement.parameters:
            cls, _, rest = written.partition(".")
            name, _, which = rest.rpartition(".")
            found = self._found(statement, cls, name) if name else None
            if found is not None:
                self._apply(found, [(which, value)])

    def _enable(self, statement: Statement) -> None:
        cls, name, _ = _named(statement)
        found = self._found(statement, cls, name)
        if found is not None:
            found.values["enabled"] = "yes" if statement.verb == "enable" else "no"

    def _switch(self, statement: Statement) -> None:
        """Open Line.L1 2 0: terminal 2, all conductors (0 or nothing)."""
        cls, name, rest = _named(statement)
        found = self._found(statement, cls, name)
        if found is None:
            return
        numbers = [int(value) for _, value in rest[:2] if value.isdecimal()]
        terminal = numbers[0] if numbers and numbers[0] else 1
        if statement.verb == "open":
            found.opened.add(terminal)
            found.partly = found.partly or (len(numbers) > 1 and numbers[1] > 0)
        elif numbers:
            found.opened.discard(terminal)
        else:
            found.opened.discard(1)

    def _found(self, statement: Statement, cls: str, name: str) -> Element | None:
        key = f"{cls.casefold()}.{name.casefold()}"
        found = self.elements.get("vsource.source" if cls.casefold() == "circuit" else key)
        if found is None and key in self._others:
            self.unread[say("class {cls} is not modelled", cls=cls)] += 1
        elif found is None:
            self.wrong.append((statement, key, say("no object of this name was made before")))
        return found

    def _apply(self, element: Element, given: list[Parameter]) -> None:
        before = ""
        for written, value in given:
            name = property_named(element.cls, written) if written else property_behind(element.cls, before)
            before = name
            if name == "like":
                self._like(element, value)
            elif element.cls in WOUND and name in _OF_WINDING:
                self._winding(element, name, value)
            elif name == "xfmrcode":
                self._after_code(element, value)
            elif name:
                element.values[name] = value

    def _like(self, element: Element, name: str) -> None:
        other = self.elements.get(f"{element.cls}.{name.casefold()}")
        if other is None:
            self.wrong.append((element.at, name, say("no object of this name was made before")))
            return
        element.values = other.values | element.values
        for number, values in other.windings.items():
            element.windings[number] = values | element.windings.get(number, {})

    def _after_code(self, element: Element, name: str) -> None:
        """Take the voltages and ratings of a transformer code; what is told behind it counts more."""
        code = self.elements.get(f"xfmrcode.{name.casefold()}")
        if code is None:
            self.wrong.append((element.at, name, say("no object of this name was made before")))
            return
        for number, values in code.windings.items():
            element.windings[number] = element.windings.get(number, {}) | values

    def _winding(self, element: Element, name: str, value: str) -> None:
        if name == "wdg":
            element.winding = int(value) if value.isdecimal() else element.winding
        elif name in _ARRAYS:
            for number, each in enumerate(parts(value), 1):
                element.windings.setdefault(number, {})[_ARRAYS[name]] = each
        else:
            element.windings.setdefault(element.winding, {})[name] = value


_ARRAYS = {"buses": "bus", "kvs": "kv", "kvas": "kva"}
_OF_WINDING = frozenset({"wdg", "bus", "kv", "kva", *_ARRAYS})


_MOST_PATTERN, _MOST_REPEATS = 100, 4


def _matcher(pattern: str) -> re.Pattern[str] | None:
    """A pattern of names, in any case; None for one that could take for ever."""
    if "(" in pattern or len(pattern) > _MOST_PATTERN or sum(map(pattern.count, "*+{?")) > _MOST_REPEATS:
        return None
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error:
        return None


def _named(statement: Statement) -> tuple[str, str, list[Parameter]]:
    """Class and name of the object that a statement is about, and the rest. Raises LoadError for none."""
    if not statement.parameters or "." not in statement.parameters[0][1]:
        raise LoadError(
            say(
                "{file}, line {line}: {verb} names no object as Line.L1. Correct the line, and load again.",
                file=statement.file,
                line=statement.line,
                verb=statement.verb,
            )
        )
    cls, _, name = statement.parameters[0][1].partition(".")
    return cls.casefold(), name, statement.parameters[1:]
