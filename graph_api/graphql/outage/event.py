"""The event in the API: its arguments, once for every question that takes them, made into the service's event."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import chain
from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Context, Info
from graph_api.graphql.fields import AS_OF, about
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.failing import equipment_of
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import Sentence, say


@strawberry.input(description="开关位置假设: 假定某开关不在当前位置。 A switch in another position than it has now.")
class SwitchAssumption:
    """What if this switch stood otherwise."""

    switch: strawberry.ID = strawberry.field(description="开关: 开关的标识。 Id of the switch.")
    position: SwitchPosition = strawberry.field(description="位置: 假定的位置。 Position that it is taken to have.")


def assumptions_of(context: Context, assume: Sequence[SwitchAssumption] | None) -> tuple[Assumption, ...]:
    """Assumed positions by index, each switch once.

    Raises UnknownEntity, and InvalidInput for what is no switch, and for one in two positions.
    """
    found: dict[int, SwitchPosition] = {}
    for each in assume or ():
        index = context.graph.index(each.switch)
        if context.graph.kind(index) not in SWITCHES:
            raise InvalidInput(_no_position(context.graph, index), switch=context.graph.id(index))
        if found.setdefault(index, each.position) is not each.position:
            raise InvalidInput(
                say(
                    "{switch} is assumed {one} and {other}; name each switch in one position.",
                    switch=context.graph.id(index),
                    one=found[index].value,
                    other=each.position.value,
                ),
                switch=context.graph.id(index),
            )
    return tuple(found.items())


def _no_position(graph: Snapshot, index: int) -> Sentence:
    """What is no switch has no position; of a feeder the switches at its head are named."""
    heads = graph.targets(index, RelationshipKind.STARTS_AT) if graph.kind(index) is EntityKind.FEEDER else ()
    if not any(graph.kind(head) in SWITCHES for head in heads):
        return say("{thing} is no switch: a position can be assumed for switches only.", thing=_called(graph, index))
    return say(
        "{thing} is a feeder and no switch: assume the position of the breaker at its head, {heads}.",
        thing=_called(graph, index),
        heads=", ".join(_called(graph, head) for head in heads),
    )


def _called(graph: Snapshot, index: int) -> str:
    name, id = graph.name(index), graph.id(index)
    return f"{name} ({id})" if name not in ("", id) else id


ARGUMENTS: dict[str, tuple[Any, Any]] = {
    "equipment": (
        Annotated[
            list[strawberry.ID],
            about(
                "设备: 最多 100 个设备的标识，或代表设备的馈线、变电站、杆塔、通道、共因风险组等。 Ids of up to 100 "
                "pieces of equipment, or of what stands for it: feeder, substation, tower, corridor, risk group, "
                "receiving point, customer."
            ),
        ],
        inspect.Parameter.empty,
    ),
    "cause": (Annotated[Cause, about("原因: 设备发生的情况。 What happens to it.")], Cause.FAULTED),
    "assume": (
        Annotated[
            list[SwitchAssumption] | None, about("假设: 不在当前位置的开关。 Switches in another position than now.")
        ],
        None,
    ),
    "stuck": (
        Annotated[
            list[strawberry.ID] | None,
            about(
                "拒动: 拒动的设备（馈线即其首端断路器），故障范围越过它继续扩大。 Devices that fail to trip, "
                "a feeder for its head; the fault's zone goes on behind them."
            ),
        ],
        None,
    ),
    "fixed": (
        Annotated[
            list[strawberry.ID] | None,
            about("不可操作的开关: 任何人都不能操作的开关。 Switches that nobody can operate."),
        ],
        None,
    ),
    "tripped": (
        Annotated[
            list[strawberry.ID] | None,
            about(
                "已跳闸: 本次故障已跳闸、现处于分位的设备（馈线即其首端断路器）；按跳闸前合位计算，"
                "由此失电的客户一并计入。 Devices that stand open since they tripped on this fault, a feeder for its "
                "head; they count as closed before it, so that whom they left without supply is counted."
            ),
        ],
        None,
    ),
    "since": (
        Annotated[
            datetime | None,
            about(
                "失电时刻: 时限由此起算，此后上报的开关位置不计入事前状态；空值为 `tripped` "
                "最近一次分闸的时间，未给出时为查询时刻。 "
                "Moment of loss: deadlines run from it, and positions reported later are undone for what was before; "
                "null = when `tripped` opened last, else `at`."
            ),
        ],
        None,
    ),
    "repaired": (
        Annotated[
            datetime | None,
            about(
                "修复时刻: 故障设备自此恢复完好，此后合上的开关恢复供电；空值为未修复，合到故障上的部分仍失电。 From "
                "when on what was faulty is sound: what is closed then feeds again; null = it is not, and what is "
                "closed onto it is dead."
            ),
        ],
        None,
    ),
    "at": (Annotated[datetime | None, about(AS_OF)], None),
}
"""Type with description, and default, by name, in the order of the contract."""


def takes_event(*, but: Collection[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: the resolver's parameter `event` becomes the arguments of an event, all but these."""
    taken = {name: of for name, of in ARGUMENTS.items() if name not in but}

    def made(resolver: Callable[..., Any]) -> Callable[..., Any]:
        def resolve(self: Any, info: Info, **given: Any) -> Any:
            return resolver(self, info, event=event_of(info.context, **given))

        own = inspect.signature(resolver, eval_str=True)
        every = [each for name, each in own.parameters.items() if name != "event"] + [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in taken.items()
        ]
        resolve.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
        resolve.__annotations__ = {each.name: each.annotation for each in every} | {"return": own.return_annotation}
        resolve.__name__, resolve.__doc__, resolve.__module__ = (
            resolver.__name__,
            resolver.__doc__,
            resolver.__module__,
        )
        return resolve

    return made


def event_of(
    context: Context, *, at: datetime | None, since: datetime | None, repaired: datetime | None = None, **said: Any
) -> Event:
    """The event that arguments say, asked as of `at`, or of now if no time is said.

    Raises UnknownEntity, and InvalidInput for what cannot be combined.
    """

    def indexes(name: str) -> tuple[int, ...]:
        return tuple(map(context.graph.index, said.get(name) or ()))

    return Event(
        things=indexes("equipment"),
        cause=said.get("cause", Cause.FAULTED),
        at=context.moment(at),
        since=context.moment_of_loss(since),
        repaired=None if repaired is None else context.moment(repaired, "repaired"),
        assume=assumptions_of(context, said.get("assume")),
        stuck=_devices(context, indexes("stuck")),
        tripped=_devices(context, indexes("tripped")),
        fixed=_switches(context, indexes("fixed")),
    )


def _devices(context: Context, indexes: Sequence[int]) -> tuple[int, ...]:
    """These devices, each feeder by its head: people say that 1021 tripped. InvalidInput for one without a head."""
    graph = context.graph
    heads = (_heads(context, index) if graph.kind(index) is EntityKind.FEEDER else (index,) for index in indexes)
    return tuple(dict.fromkeys(chain.from_iterable(heads)))


def _heads(context: Context, feeder: int) -> tuple[int, ...]:
    graph = context.whole.graph  # the head of a feeder that is there, wherever it stands
    begins = equipment_of(context.whole, feeder)
    switches = tuple(each for each in begins if graph.kind(each) in SWITCHES)
    if not switches:
        raise InvalidInput(
            say(
                "{feeder} begins at {begins}, no switch: name the breaker that is meant.",
                feeder=_called(graph, feeder),
                begins=", ".join(_called(graph, each) for each in begins),
            ),
            id=graph.id(feeder),
        )
    return switches


def _switches(context: Context, indexes: Sequence[int]) -> tuple[int, ...]:
    """These, if all are switches; InvalidInput otherwise: a slip here would plan to operate what nobody can."""
    graph = context.graph
    for index in indexes:
        if graph.kind(index) not in SWITCHES:
            raise InvalidInput(
                say("{id} is no switch; name in `fixed` switches that nobody can operate.", id=graph.id(index)),
                id=graph.id(index),
            )
    return tuple(indexes)
