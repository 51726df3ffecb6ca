"""Generated execution: one Python function for each selection of an object, written from the schema and the document.

    f(source, call) -> {"id": ..., "name": ..., "feeder": f7(v, call), ...}

It reads what the parent resolved to as plainly as Python can, and knows nothing of errors and paths: whatever is not
as the schema says is raised, and the object is executed again by graphql-core, which tells what is wrong and where.
Resolvers of queries read and change nothing, so that they may be asked twice. Functions are kept with the operation
that they were written for, for all its requests.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from graph_api.graphql.execution.resolvers import Asker, Contextual, Plain
from schema.entity import Entity
from schema.incident import TimelineEntry

Made = Callable[[Any, "Call"], dict[str, Any]]
KEPT: Final = 500
"""Operations whose functions are kept."""
_QUICK: Final[dict[Any, str]] = {
    GraphQLString: "{v}.__class__ is not str",
    GraphQLID: "{v}.__class__ is not str",
    GraphQLInt: "{v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647",
    GraphQLFloat: "{v}.__class__ is not float or {v} - {v} != 0.0",
    GraphQLBoolean: "{v} is not True and {v} is not False",
}
"""What is to be looked at more closely than that, by type."""


class LongWay(Exception):
    """Something is not quite plain: graphql-core has to look itself."""


class NotPlain(Exception):
    """No function can be written for a selection."""


class _Known(set[type]):
    """Python classes whose objects are of a GraphQL type; called for an object of another class."""

    def __init__(self, kind: GraphQLObjectType) -> None:
        super().__init__()
        self._kind = kind
        self.things = set[type]()
        """Those whose objects are things of the graph."""

    def __call__(self, source: Any) -> None:
        """Learn its class. Raises LongWay if it is of another type."""
        if source is None or isinstance(source, Exception) or hasattr(source, "__as_strawberry_type__"):
            raise LongWay
        kind = self._kind
        if kind.is_type_of is not None and not kind.is_type_of(source, None):  # type: ignore[arg-type]
            raise LongWay
        if isinstance(source, Entity):
            self.things.add(source.__class__)
        self.add(source.__class__)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field with arguments."""

    parent: GraphQLObjectType
    field: GraphQLField
    resolve: Callable[..., Any]
    nodes: list[Any]


@dataclass(slots=True)
class Operation:
    """What was written for an operation."""

    operation: Any
    conditional: bool
    """Whether it says @skip or @include anywhere."""
    made: dict[Any, Made | None] = field(default_factory=dict)
    """None = no function can be written."""
    slots: list[_Slot] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)


class Generated:
    """The functions of the operations asked for last."""

    def __init__(self) -> None:
        self.answered = 0
        """Objects that functions answered, with all below them."""
        self.handed_over = 0
        """Objects that graphql-core had to look at after all."""
        self._operations = OrderedDict[int, Operation]()
        self._lock = threading.Lock()

    def of(self, executor: Any) -> Operation:
        """What was written for the operation of an executor."""
        operation = executor.operation
        with self._lock:
            held = self._operations.get(id(operation))
            if held is None or held.operation is not operation:
                held = self._operations[id(operation)] = Operation(operation, _is_conditional(executor))
                if len(self._operations) > KEPT:
                    self._operations.popitem(last=False)
            self._operations.move_to_end(id(operation))
            return held


def _is_conditional(executor: Any) -> bool:
    waiting = [executor.operation, *executor.fragment_definitions.values()]
    while waiting:
        node = waiting.pop()
        if getattr(node, "directives", None):
            return True
        selected = getattr(node, "selection_set", None)
        waiting += selected.selections if selected else ()
    return False


class Call:
    """One request, as functions see it."""

    __slots__ = (
        "_condition",
        "_executor",
        "_graph",
        "_named",
        "_operation",
        "arguments",
        "asker",
        "broken",
        "entity",
        "is_whole",
        "there",
    )

    def __init__(self, executor: Any, operation: Operation) -> None:
        self._executor = executor
        self._operation = operation
        self._condition = _condition(executor) if operation.conditional else ()
        self.asker = Asker(executor.context_value)
        graph: Any = getattr(executor.context_value, "graph", None)
        self._graph = graph
        self.is_whole: bool = graph is None or graph.is_whole
        """Whether who asks sees everything."""
        self.entity: Callable[[int], Any] | None = None if graph is None else graph.entity
        self.there: set[str] = set() if self.is_whole else graph.known_inside
        """Ids of things that are there for who asks, as they stand."""
        self._named = set[str]()
        """Those of things that are there because this answer names them."""
        self.arguments = _Arguments(executor, operation.slots)
        self.broken: set[Made] = set()
        """Functions that met what is not plain in this request."""

    def function(self, kind: GraphQLObjectType, details: Sequence[Any]) -> Made | None:
        """The function of the fields below, on an object of that type; None if there is none."""
        key = (kind.name, tuple([id(each.node) for each in details]), self._condition, self.is_whole)
        made = self._operation.made
        if key in made:
            return made[key]
        with self._operation.lock:
            if key not in made:
                try:
                    made[key] = _Writer(self._executor, self._operation, self, kind, details).written()
                except NotPlain:
                    made[key] = None
            return made[key]

    def require(self, source: Any) -> None:
        """Raises LongWay for what is not there for who asks, or not as it stands."""
        id = source.id
        if id in self._named:
            return
        index = None if isinstance(source, TimelineEntry) else self._graph.number(id)
        if index is None:
            raise LongWay
        (self.there if self._graph.holds(index) else self._named).add(id)

    def entities(self, indexes: Sequence[int]) -> list[Any]:
        """Things of which an answer has the indexes: those that are there for who asks."""
        return self._graph.entities(indexes)  # type: ignore[no-any-return]

    def named(self, found: int | Sequence[int]) -> Any:
        """Things, or one, that an answer names to whoever asks, by their indexes."""
        graph, is_one = self._graph, isinstance(found, int)
        graph.admit((found,) if is_one else found)
        return graph.entity(found) if is_one else graph.entities(found)


def _condition(executor: Any) -> tuple[tuple[str, bool], ...]:
    coerced = executor.variable_values.coerced
    return tuple(sorted((name, value) for name, value in coerced.items() if isinstance(value, bool)))


class _Arguments(dict[int, tuple[Callable[..., Any], Any, dict[str, Any]]]):
    """Of each field with arguments its resolver, what that wants to know of the field, and its arguments."""

    def __init__(self, executor: Any, slots: list[_Slot]) -> None:
        super().__init__()
        self._executor = executor
        self._slots = slots

    def __missing__(self, number: int) -> tuple[Callable[..., Any], Any, dict[str, Any]]:
        slot, executor = self._slots[number], self._executor
        node = slot.nodes[0]
        path = Path(None, node.name.value, slot.parent.name)
        info = executor.build_resolve_info(slot.field, slot.nodes, slot.parent, path)
        given = get_argument_values(slot.field, node, executor.variable_values, None, executor.hide_suggestions)
        found = self[number] = slot.resolve, info, given
        return found


class _Variants(dict[type, Made]):
    """The functions of a field of an abstract type, by the Python class of what it holds."""

    def __init__(self, executor: Any, kind: Any, details: Sequence[Any]) -> None:
        super().__init__()
        self._kind = kind
        self._details = details
        self._schema = executor.schema

    def of(self, value: Any, call: Call) -> Made:
        """Learn the function for a class. Raises LongWay."""
        if value is None or isinstance(value, Exception) or hasattr(value, "__as_strawberry_type__"):
            raise LongWay
        name = self._kind.resolve_type(value, None, self._kind)
        kind = self._schema.type_map.get(name) if isinstance(name, str) else None
        if not isinstance(kind, GraphQLObjectType) or not self._schema.is_sub_type(self._kind, kind):
            raise LongWay
        made = call.function(kind, self._details)
        if made is None:
            raise LongWay
        self[value.__class__] = made
        return made


def _leaf(kind: Any, *, required: bool) -> Callable[[Any], Any]:
    """How a value of a leaf type is shown that is not so at first sight."""
    coerce = kind.coerce_output_value

    def shown(value: Any) -> Any:
        if value is None:
            if required:
                raise LongWay
            return None
        if isinstance(value, Exception):
            raise LongWay
        found = coerce(value)
        if found is None:
            raise LongWay
        return found

    return shown


class _Writer:
    """Writes the function of one selection."""

    def __init__(
        self, executor: Any, operation: Operation, call: Call, kind: GraphQLObjectType, details: Sequence[Any]
    ) -> None:
        self._executor = executor
        self._operation = operation
        self._call = call
        self._kind = kind
        self._fields = executor.collect_subfields(kind, details).grouped_field_set
        known = _Known(kind)
        self._names: dict[str, Any] = {"K": known, "T": known.things, "LongWay": LongWay}
        self._lines: list[str] = []

    def written(self) -> Made:
        """The function. Raises NotPlain."""
        shown = [f"{key!r}: {self._field(details)}" for key, details in self._fields.items()]
        there = [] if self._call.is_whole else ["if s.__class__ in T and s.id not in c.there: c.require(s)"]
        body = ["if s.__class__ not in K: K(s)", *there, *self._lines, f"return {{{', '.join(shown)}}}"]
        text = "def made(s, c):\n" + "\n".join(f"    {line}" for line in body)
        exec(compile(text, f"<selection of {self._kind.name}>", "exec"), self._names)  # noqa: S102 (names are ours)
        made: Made = self._names["made"]
        return made

    def _name(self, value: Any, prefix: str) -> str:
        name = f"{prefix}{len(self._names)}"
        self._names[name] = value
        return name

    def _field(self, details: Sequence[Any]) -> str:
        """Lines that read a field; the expression of its value."""
        node = details[0].node
        if node.name.value == "__typename":
            return repr(self._kind.name)
        asked = self._executor.schema.get_field(self._kind, node.name.value)
        if asked is None or any(each.fragment_variable_values is not None for each in details):
            raise NotPlain
        v = f"v{len(self._lines)}"
        refers = self._refers(asked.resolve)
        read = f"s.{refers[0]}" if refers else self._read(asked, [each.node for each in details])
        self._lines.append(f"{v} = {read}")
        self._complete(asked.type, v, details, things=self._things(named=refers[1]) if refers else None)
        return v

    def _refers(self, resolve: Any) -> tuple[str, bool] | None:
        """Attribute that holds the indexes of the things to show, and whether these are named to whoever asks; None
        where the resolver has to be asked."""
        return getattr(resolve.asks, "refers", None) if isinstance(resolve, Contextual) else None

    def _things(self, *, named: bool) -> tuple[str, str]:
        """Expressions of the things of a list of indexes, and of the one of an index."""
        if self._call.is_whole:
            return "map(c.entity, {})", "c.entity({})"
        return ("c.named({})", "c.named({})") if named else ("c.entities({})", "c.entity({})")

    def _read(self, asked: GraphQLField, nodes: list[Any]) -> str:
        resolve = asked.resolve
        if isinstance(resolve, Plain):
            attribute = resolve.attribute
            return f"s.{attribute}" if attribute else f"{self._name(resolve.get, 'p')}(s)"
        if isinstance(resolve, Contextual):
            return f"{self._name(resolve.asks, 'x')}(s, c.asker)"
        if not asked.args or resolve is None or nodes[0].name.value.startswith("__"):
            raise NotPlain
        self._operation.slots.append(_Slot(self._kind, asked, resolve, nodes))
        self._lines.append(f"r, i, a = c.arguments[{len(self._operation.slots) - 1}]")
        return "r(s, i, **a)"

    def _complete(self, kind: Any, v: str, details: Sequence[Any], *, things: tuple[str, str] | None) -> None:
        """Lines that make of what was read what is shown; where it refers to things, how those are read."""
        required = isinstance(kind, GraphQLNonNull)
        inner = kind.of_type if required else kind
        if isinstance(inner, GraphQLList):
            nothing = "raise LongWay" if required else "pass"
            self._lines += [
                f"if {v} is None: {nothing}",
                f"elif {v}.__class__ is not list and {v}.__class__ is not tuple: raise LongWay",
                f"else: {v} = [{self._item(inner.of_type, details)} for x in {things[0].format(v) if things else v}]",
            ]
        elif is_leaf_type(inner):
            shown = self._name(_leaf(inner, required=required), "t")
            quick = _QUICK.get(inner)
            if quick and not required:
                quick = f"{{v}} is not None and ({quick})"
            self._lines.append(f"if {quick.format(v=v)}: {v} = {shown}({v})" if quick else f"{v} = {shown}({v})")
        else:
            if things:
                self._lines.append(f"if {v} is not None: {v} = {things[1].format(v)}")
            made = self._below(inner, details, v)
            self._lines.append(f"{v} = {made}" if required else f"if {v} is not None: {v} = {made}")

    def _item(self, kind: Any, details: Sequence[Any]) -> str:
        """Expression of an item x of a list."""
        required = isinstance(kind, GraphQLNonNull)
        inner = kind.of_type if required else kind
        if isinstance(inner, GraphQLList):
            raise NotPlain
        if is_leaf_type(inner):
            shown = self._name(_leaf(inner, required=required), "t")
            quick = _QUICK.get(inner)
            return f"({shown}(x) if {quick.format(v='x')} else x)" if quick else f"{shown}(x)"
        made = self._below(inner, details, "x")
        return made if required else f"(None if x is None else {made})"

    def _below(self, kind: Any, details: Sequence[Any], x: str) -> str:
        """Expression of an object that a variable holds."""
        if is_abstract_type(kind):
            if kind.resolve_type is None:
                raise NotPlain
            variants = self._name(_Variants(self._executor, kind, details), "d")
            return f"({variants}.get({x}.__class__) or {variants}.of({x}, c))({x}, c)"
        made = self._call.function(kind, details)
        if made is None:
            raise NotPlain
        return f"{self._name(made, 'f')}({x}, c)"
