"""An OpenDSS circuit as a source: its elements become equipment on the nodes of its buses.

    Circuit ─ sourcebus ─ [Line.CB Switch=y] ─ b1 ─ Line.L1 ─ b2 ─ Load.C1

A bus is one node, whatever nodes (.1.2.3) an element names. A terminal that was opened, and a fuse, recloser or relay
on a line that is no switch, become a switch of their own between bus and element.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders.assembly import Assembly
from loaders.opendss.circuit import Circuit, Element
from loaders.opendss.figures import FigureOf, Figures
from loaders.opendss.properties import CODES, DEVICES, WOUND
from loaders.opendss.script import statements
from loaders.report import FEEDS_IN, FEEDS_IN_REMEDY, FileAccount, Reject
from loaders.source import Reading, WholeModels
from schema import grid
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.errors import LoadError
from schema.vocabulary import GenerationType, SwitchPosition
from schema.words import Sentence, say

_KINDS: dict[str, tuple[type[Entity], FigureOf]] = {
    "line": (grid.ACLineSegment, Figures.line),
    "transformer": (grid.PowerTransformer, Figures.transformer),
    "autotrans": (grid.PowerTransformer, Figures.transformer),
    "load": (grid.EnergyConsumer, Figures.load),
    "vsource": (grid.EnergySource, Figures.source),
    "generator": (grid.GeneratingUnit, Figures.unit),
    "pvsystem": (grid.GeneratingUnit, Figures.unit),
    "storage": (grid.GeneratingUnit, Figures.unit),
    "capacitor": (grid.ShuntCompensator, Figures.shunt),
    "reactor": (grid.ShuntCompensator, Figures.shunt),
}
_GENERATION = {"pvsystem": GenerationType.PHOTOVOLTAIC, "storage": GenerationType.BATTERY}
_DEVICES: dict[str, type[grid.Switch]] = {"fuse": grid.Fuse, "recloser": grid.Recloser, "relay": grid.Breaker}
_YES = frozenset({"yes", "y", "true", "t", "1"})


class OpenDssSource(WholeModels):
    """A circuit in OpenDSS scripts, by the script that redirects to the others (see loaders.source.Source)."""

    mapping = "opendss"

    def __init__(self, files: Sequence[Path], system: str = "") -> None:
        if len(files) > 1 or not files[0].is_file():
            raise LoadError(
                say(
                    "Name the one script of the circuit that redirects to the others, as Master.dss, and load it alone."
                )
            )
        super().__init__(files, system)

    def _read(self, path: Path, reading: Reading, load: int) -> Iterator[GraphBatch]:
        circuit = Circuit()
        circuit.take(statements(path))
        if not any(each.cls == "vsource" for each in circuit.elements.values()):
            raise LoadError(
                say(
                    "{file} makes no circuit (New Circuit.name). Name the script that redirects to the others.",
                    file=path.name,
                )
            )
        yield _Net(circuit, path.name, self.system, load, reading).batch()


class _Net:
    def __init__(self, circuit: Circuit, file: str, system: str, load: int, reading: Reading) -> None:
        self._circuit, self._file = circuit, file
        self._report = reading.report
        self._figures = Figures(circuit.elements)
        self._account = FileAccount(file=file, load=load, left_out=Counter(circuit.unread))
        self._report.accounts.append(self._account)
        self._assembly = Assembly(system, load)
        self._devices: dict[str, list[Element]] = defaultdict(list)
        self._states: dict[str, Element] = {}

    def batch(self) -> GraphBatch:
        """Everything in the circuit."""
        for statement, named, reason in self._circuit.wrong:
            remedy = say("Correct the script, or redirect to the one that makes it before.")
            self._report.findings.append(
                Reject(file=statement.file, row=statement.line, value=named, reason=reason, remedy=remedy, dropped=True)
            )
        elements = list(self._circuit.elements.values())
        for each in elements:
            if each.cls in DEVICES or each.cls == "swtcontrol":
                self._control(each)
        for each in elements:
            if each.cls in _KINDS:
                self._account.rows_read += 1
                self._element(each)
            elif each.cls in CODES:
                self._account.left_out[say("looked up only")] += 1
        return self._assembly.made

    def _control(self, control: Element) -> None:
        """Keep a control with the element that it opens."""
        self._account.rows_read += 1
        values = control.values
        name = (values.get("switchedobj") or values.get("monitoredobj") or "").casefold()
        element = self._circuit.elements.get(name if "." in name else f"line.{name}")
        if element is None or element.cls not in ("line", "transformer", "autotrans", "reactor"):
            self._reject(control, "switchedobj", name, say("switches nothing that is in the circuit"))
            return
        self._account.taken += 1
        if not control.enabled:
            return
        if control.cls == "swtcontrol":
            self._states[element.key] = control
        else:
            self._devices[element.key].append(control)

    def _element(self, element: Element) -> None:
        buses = _buses(element)
        if not buses or not all(buses):
            self._reject(element, "bus1", "", say("names no bus at one of its ends"))
            return
        self._account.taken += 1
        ends = list(dict.fromkeys(buses))
        control = self._states.get(element.key)
        if element.cls == "line" and element.values.get("switch", "no").casefold() in _YES and len(ends) == 2:
            self._line_switch(element, ends, control)
            return
        devices = self._devices.get(element.key, [])
        opened = set(element.opened)
        if control is not None and _now_open(control):
            opened.add(_terminal(control))
        at = list(ends)
        for number in sorted({*opened, *map(_terminal, devices)}):
            if number <= len(buses):
                place = ends.index(buses[number - 1])
                at[place] = self._before(element, at[place], number, number in opened, devices)
        cls, figures = _KINDS[element.cls]
        if element.cls in ("capacitor", "reactor") and len(ends) > 1:
            cls, figures = grid.ACLineSegment, lambda _figures, _element: {"note": f"{element.cls} in series"}
        fields = figures(self._figures, element)
        if cls is grid.EnergyConsumer and (fields["kw"] or 0.0) < 0:
            self._find(element, "kw", FEEDS_IN, FEEDS_IN_REMEDY)
        if cls is grid.GeneratingUnit:
            fields["generation_type"] = _GENERATION.get(element.cls, GenerationType.ROTATING)
        self._put(cls, element, element.key, at, in_service=element.enabled, **fields)

    def _before(self, element: Element, bus: str, number: int, is_open: bool, devices: Sequence[Element]) -> str:
        """The node behind the switches at a terminal: its devices in series, an open one where it was opened."""
        here = [each for each in devices if _terminal(each) == number]
        for place, device in enumerate(here):
            behind = f"{element.key}@{number}" + (f"/{place}" if place else "")
            now = is_open and place == 0
            self._switch(_DEVICES[device.cls], device, device.key, [bus, behind], now, device.is_open_by("normal"))
            bus = behind
        if is_open and not here:
            behind = f"{element.key}@{number}"
            self._switch(grid.Disconnector, element, f"open:{behind}", [bus, behind], True, None)
            bus = behind
            reason = say("a terminal of what is no switch was opened: an open disconnector stands for it")
            self._find(element, "", reason, say("Nothing, if it is meant so."))
        return bus

    def _line_switch(self, element: Element, ends: Sequence[str], control: Element | None) -> None:
        devices = self._devices.get(element.key, [])
        cls = _DEVICES[devices[0].cls] if devices else grid.Disconnector
        controls = [*devices, *([] if control is None else [control])]
        normal = next((found for each in controls if (found := each.is_open_by("normal")) is not None), None)
        now = bool(element.opened) or any(_now_open(each) for each in controls)
        fields = self._figures.line(element)
        more = {"in_service": element.enabled, "rated_current_a": fields["rated_current_a"]}
        self._switch(cls, element, element.key, ends, now, normal, **more)
        if element.partly:
            reason = say("only some of its conductors were opened: it counts as open")
            self._find(element, "", reason, say("Nothing to do: the graph is three-phase."))

    def _switch(
        self,
        cls: type[Entity],
        element: Element,
        key: str,
        at: Sequence[str],
        now: bool,
        normal: bool | None,
        **more: Any,
    ) -> None:
        """A switch; what a script opens is its position now, and its normal one where no control says another."""
        position = SwitchPosition.OPEN if now else SwitchPosition.CLOSED
        usual = position if normal is None else SwitchPosition.OPEN if normal else SwitchPosition.CLOSED
        stated = {"position": position, "position_source": "OpenDSS"} if usual is not position else {}
        self._put(cls, element, key, at, normal_position=usual, **stated, **more)

    def _put(self, cls: type[Entity], element: Element, key: str, at: Sequence[str], **fields: Any) -> None:
        nodes = [f"bus:{bus}" for bus in at]
        fault = self._assembly.put(cls, key, element.name, element.at.line, nodes, fields, at)
        if fault is not None:
            self._account.taken -= 1
            self._reject(element, fault.field, fault.value, fault.reason)

    def _reject(self, element: Element, column: str, value: str, reason: str) -> None:
        self._account.rejected += 1
        self._report.rejects.append(self._about(element, column, value, reason, say("Correct it in the script.")))

    def _find(self, element: Element, column: str, reason: str, remedy: str) -> None:
        self._report.findings.append(self._about(element, column, "", reason, remedy))

    def _about(self, element: Element, column: str, value: str, reason: str, remedy: str) -> Reject:
        told: Sentence = say("{named}: {reason}", named=element.key, reason=reason)
        row = element.at.line if element.at.file == self._file else 0
        return Reject(file=self._file, row=row, column=column, value=value, reason=told, remedy=remedy)


def _buses(element: Element) -> list[str]:
    """The buses of its terminals in their order, without nodes; of what is between bus and ground the bus alone."""
    if element.cls in WOUND:
        count = max([2, *element.windings])
        return [_bus(element.windings.get(number, {}).get("bus", "")) for number in range(1, count + 1)]
    first, second = (_bus(element.values.get(name, "")) for name in ("bus1", "bus2"))
    if element.cls == "line":
        return [first, second]
    return [first, second] if element.cls in ("capacitor", "reactor") and second else [first]


def _bus(written: str) -> str:
    return written.partition(".")[0].strip().casefold()


def _terminal(control: Element) -> int:
    told = control.values.get("switchedterm") or control.values.get("monitoredterm") or "1"
    return int(told) if told in ("1", "2", "3") else 1


def _now_open(control: Element) -> bool:
    """Whether a control holds its element open: by its state, else its action, else its normal state."""
    told = (control.is_open_by(name) for name in ("state", "action", "normal"))
    return next((found for found in told if found is not None), False)
