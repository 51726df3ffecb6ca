"""Drills (演练): a script of the library becomes an exercise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Self

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.edits import Edit, Problems
from graph_api.commands.incident.acting import BY, RESULT
from graph_api.commands.incident.opening import OpenIncident
from graph_api.commands.minting import minted_id
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.drills import INJECTS, OF_KINDS, DrillScript, fails_in
from schema.access import Act
from schema.entity import Label, ThingId
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDrill(Command):
    """开始演练: 按演练脚本登记演练事件。 A script of the library is begun as an exercise."""

    act: ClassVar = Act.DRILL
    does: ClassVar = Label(
        "开始演练",
        "按演练脚本登记演练事件：开关位置不变，与真实事件互不影响；导调内容记入说明。 Begin a drill by a script: an "
        "exercise on the real graph, in which nothing is switched; what the director says when is its note.",
    )
    takes: ClassVar = Label("输入", "哪个脚本、以何为对象。 Which script, and what it is played on.")
    result: ClassVar = RESULT

    id: Annotated[ThingId | None, Label("标识", "自定标识，空值则自动编号。 An id of your own; null = a new one.")] = (
        None
    )
    script: Annotated[DrillScript, Label("脚本", "演练的情景。 What is played.")]
    of: Annotated[
        ThingId,
        Label("对象", "馈线、客户或变电站的标识。 Id of the feeder, customer or station that it is played on."),
    ]
    by: Annotated[str, BY] = ""

    @property
    def subject(self) -> str:
        """The incident; empty while its id is not minted."""
        return self.id or ""

    def settled(self, request_id: str) -> Self:
        """With an id."""
        return self if self.id is not None else replace(self, id=minted_id(request_id))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The exercise, opened."""
        checks = Checks(model.graph)
        index = checks.thing("of", self.of, say("the thing that it is played on"))
        if index is None:
            return checks.problems
        fails = fails_in(model.graph, self.script, index) if model.graph.kind(index) in OF_KINDS[self.script] else ()
        if not fails:
            kinds = ", ".join(sorted(each.value for each in OF_KINDS[self.script]))
            wrong = say("This script is not played on that. It takes: {kinds}, with what fails in it.", kinds=kinds)
            checks.refuse("of", wrong)
            return checks.problems
        return self._opening(model, index, fails).plan(model, now)

    def _opening(self, model: ReadModel, index: int, fails: tuple[int, ...]) -> OpenIncident:
        said = "\n".join(f"+{each.minute} min：{each.zh} {each.en}" for each in INJECTS[self.script])
        return OpenIncident(
            id=self.id,
            title=f"演练 {self.script.zh} {model.graph.name(index)}"[:100],
            equipment=tuple(map(model.graph.id, fails)),
            exercise=True,
            even_if_open=True,
            by=self.by,
            note=said,
        )


DRILLING: tuple[type[Command], ...] = (StartDrill,)
