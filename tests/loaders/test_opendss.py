"""OpenDSS scripts: how they are written, and that what is live is what the circuit says."""

from __future__ import annotations

import random
from pathlib import Path

import networkx
import pytest

from graph_api.cli.session import read_model
from loaders.opendss import OpenDssSource
from loaders.opendss.script import parameters
from loaders.source import Reading
from schema.entity import Entity
from schema.errors import LoadError
from schema.grid import (
    ACLineSegment,
    Breaker,
    Disconnector,
    EnergyConsumer,
    EnergySource,
    Fuse,
    GeneratingUnit,
    PowerTransformer,
    Recloser,
    ShuntCompensator,
    Switch,
)
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.cli.conftest import Shell


class Read:
    """What came out of a script; ids without the name of the system."""

    def __init__(self, folder: Path, **scripts: str) -> None:
        folder.mkdir(exist_ok=True)
        for name, text in scripts.items():
            path = folder / f"{name.replace('__', '/')}.dss"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        reading = Reading(first_load=1)
        self.report = reading.report
        self.entities: dict[str, Entity] = {}
        self.at: dict[str, list[str]] = {}
        for batch in OpenDssSource([folder / "master.dss"], "s").batches(reading):
            self.entities |= {each.id.removeprefix("s:"): each for each in batch.entities}
            for link in batch.relationships:
                assert link.kind is RelationshipKind.CONNECTS
                self.at.setdefault(link.source[2:], []).append(link.target.removeprefix("s:bus:"))
        assert self.report.closed
        self.account = self.report.accounts[0]

    def of(self, key: str) -> Entity:
        return self.entities[key]

    def switch(self, key: str) -> Switch:
        found = self.entities[key]
        assert isinstance(found, Switch)
        return found


MASTER = """
Clear   ! all
/* a block
New Line.never bus1=x bus2=y
*/
New object=Circuit.Demo basekv=10.5 bus1=Src
Redirect parts\\Codes.DSS
Set VoltageBases=[10.5 0.4]
New Line.CB bus1=src.1.2.3 bus2=B1.1.2.3 switch=y normamps=600
New Line.L1 Bus1=b1 bus2=B2 linecode=oh 1.2   // a place behind a name
new line.l2 bus1=b2.1 BUS2=b3.1 length=500 units=Ft phases=1
New Line.L3 like=L1 bus1=B3 bus2=b4
~ length=(2)
New Transformer.T1 windings=2 buses=(b4, b5.1.2.3.0) kVs=[10.5 0.4] kVAs="630 630"
New Transformer.T2 phases=3 wdg=1 bus=b2 kv=10.5 kva=400
More wdg=2 bus=b6 kv=0.4
new load.C1 bus1=b5.1.2 kv=0.4 kw=12.5 pf=0.9 numcust=3
New Load.C2 bus1=b6 kV=0.4 kVA=100 pf=-0.8
New Load.C3 3 b6 0.4 7
New Load.C4 bus1=b6 xfkva=50 allocationfactor=0.4 pf=1
New Capacitor.K1 bus1=b2 kvar=300
New Capacitor.K2 bus1=b2 bus2=b7 kvar=300
New Reactor.R1 bus1=b2 bus2=b2.0.0.0
New Reactor.R2 bus1=b7 bus2=b8 x=1
New Generator.G1 bus1=b6 kw=50
New PVSystem.P1 bus1=b6 pmpp=20
New Storage.S1 bus1=b6 kwrated=10
New Fuse.F2 monitoredobj=Line.L2
New Recloser.RC MonitoredObj=line.cb normal=closed state=open
New Relay.RE monitoredobj=Line.nowhere
New LoadShape.day npts=24
New Monitor.m element=line.l1
Edit Monitor.m mode=1
Line.L1.NormAmps=321
Open Line.L3 2
Open Transformer.T2
Close Transformer.T2 1
Disable Capacitor.K1
Edit Load.C9 kw=1
Solve
BusCoords coords.csv
"""
CODES = "New LineCode.OH units=km normamps=400 r1=0.2\nNew Line.CB2 bus1=b1 bus2=b9 switch=T enabled=no\n"


@pytest.fixture
def made(tmp_path: Path) -> Read:
    return Read(tmp_path / "in", master=MASTER, parts__codes=CODES)


def test_elements_in_every_writing(made: Read) -> None:
    kinds = {key: type(each) for key, each in made.entities.items() if not key.startswith("bus:")}
    assert kinds == {
        "vsource.source": EnergySource, "line.cb": Recloser, "line.cb2": Disconnector, "line.l1": ACLineSegment,
        "line.l2": ACLineSegment, "line.l3": ACLineSegment, "transformer.t1": PowerTransformer,
        "transformer.t2": PowerTransformer, "load.c1": EnergyConsumer, "load.c2": EnergyConsumer,
        "load.c3": EnergyConsumer, "load.c4": EnergyConsumer, "capacitor.k1": ShuntCompensator,
        "capacitor.k2": ACLineSegment, "reactor.r1": ShuntCompensator, "reactor.r2": ACLineSegment,
        "generator.g1": GeneratingUnit, "pvsystem.p1": GeneratingUnit, "storage.s1": GeneratingUnit, "fuse.f2": Fuse,
        "open:line.l3@2": Disconnector,
    }  # fmt: skip
    assert made.at["vsource.source"] == ["src"]
    assert made.at["line.cb"] == ["src", "b1"]
    assert made.at["fuse.f2"] == ["b2", "line.l2@1"]
    assert made.at["line.l2"] == ["line.l2@1", "b3"]
    assert made.at["open:line.l3@2"] == ["b4", "line.l3@2"]
    assert made.at["line.l3"] == ["b3", "line.l3@2"]
    assert made.at["transformer.t1"] == ["b4", "b5"]
    assert made.at["transformer.t2"] == ["b2", "b6"]
    assert made.at["load.c1"] == ["b5"]


def test_positions_and_service(made: Read) -> None:
    cb = made.switch("line.cb")
    assert (cb.normal_position, cb.position, cb.rated_current_a) == (SwitchPosition.CLOSED, SwitchPosition.OPEN, 600)
    assert made.switch("open:line.l3@2").current_position is SwitchPosition.OPEN
    assert made.switch("fuse.f2").current_position is SwitchPosition.CLOSED
    assert not made.switch("line.cb2").in_service
    off = {key for key, each in made.entities.items() if getattr(each, "in_service", True) is False}
    assert off == {"line.cb2", "capacitor.k1"}


def test_figures(made: Read) -> None:
    lines = {key: each for key, each in made.entities.items() if isinstance(each, ACLineSegment)}
    assert [lines[f"line.l{n}"].length_m for n in (1, 2, 3)] == [1200, pytest.approx(152.4), 2000]
    assert [lines[f"line.l{n}"].rated_current_a for n in (1, 2, 3)] == [321, None, 400]
    assert lines["line.l2"].phases == "A"
    loads = {key: each.kw for key, each in made.entities.items() if isinstance(each, EnergyConsumer)}
    assert loads == {"load.c1": 12.5, "load.c2": 80, "load.c3": 7, "load.c4": 20}
    t1, t2, source = made.of("transformer.t1"), made.of("transformer.t2"), made.of("vsource.source")
    assert isinstance(t1, PowerTransformer)
    assert isinstance(t2, PowerTransformer)
    assert isinstance(source, EnergySource)
    assert (t1.nominal_kv, t1.secondary_kv, t1.rated_kva) == (10.5, 0.4, 630)
    assert (t2.nominal_kv, t2.secondary_kv, t2.rated_kva) == (10.5, 0.4, 400)
    assert source.nominal_kv == 10.5
    assert [each.kw for each in made.entities.values() if isinstance(each, GeneratingUnit)] == [50, 20, 10]


def test_the_account_names_all_that_is_not_read(made: Read) -> None:
    assert (made.account.rows_read, made.account.taken, made.account.rejected) == (22, 21, 1)
    assert dict(made.account.left_out) == {
        "class loadshape is not modelled": 1, "class monitor is not modelled": 2, "command set is not read": 1,
        "command solve is not read": 1, "command buscoords is not read": 1, "looked up only": 1,
    }  # fmt: skip
    [reject] = made.report.rejects
    assert (reject.column, reject.value) == ("switchedobj", "line.nowhere")
    assert {each.value for each in made.report.findings if each.dropped} == {"load.c9"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("New Line.L1 bus1 = a.1 , b ! c", [("", "New"), ("", "Line.L1"), ("bus1", "a.1"), ("", "b")]),
        ("x=(1, 2 | 3) y={a b} z='q r'", [("x", "1, 2 | 3"), ("y", "a b"), ("z", "q r")]),
        ('x="a=b" // y=1', [("x", "a=b")]),
        ("x=(1", [("x", "1")]),
        ("x= ! none", [("x", "")]),
        ("=", [("", "")]),
        ("!", []),
    ],
)
def test_parameters(text: str, found: list[tuple[str, str]]) -> None:
    assert parameters(text) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Redirect ../other.dss", "outside the folder"),
        ("Compile /etc/passwd", "outside the folder"),
        ("Redirect c:\\\\circuits\\\\x.dss", "no script"),
        ("Redirect master.dss", "in a circle"),
        ("Redirect nothing.dss", "there is no script nothing.dss"),
        ("New", "names no object"),
        ("New Line", "names no object"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "other.dss").write_text("New Circuit.c\n")
    with pytest.raises(LoadError, match=said):
        Read(tmp_path / "in", master=f"New Circuit.c\n{line}\n")


def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    (tmp_path / "other.dss").write_text("New Line.L1 bus1=a bus2=b\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "l.dss").symlink_to(tmp_path / "other.dss")
    with pytest.raises(LoadError, match="outside the folder"):
        Read(tmp_path / "in", master="New Circuit.c\nRedirect l.dss\n")


def test_what_is_no_circuit_of_one_script(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="makes no circuit"):
        Read(tmp_path / "in", master="New Line.L1 bus1=a bus2=b\n")
    (tmp_path / "in" / "master.dss").write_bytes(b"\0\1\2")
    with pytest.raises(LoadError, match="no text file"):
        list(OpenDssSource([tmp_path / "in" / "master.dss"]).batches(Reading()))
    with pytest.raises(LoadError, match="redirects to the others"):
        OpenDssSource([tmp_path / "in"])
    with pytest.raises(LoadError, match="too long"):
        OpenDssSource([tmp_path / "in" / "master.dss"], "s" * 81)


def test_values_that_cannot_be_are_rejected(tmp_path: Path) -> None:
    made = Read(tmp_path, master="New Circuit.c\nNew Line.L1 bus1=a\nNew Load.L2 bus1=sourcebus kw=(1 2 +) numcust=x\n")
    assert [each.column for each in made.report.rejects] == ["bus1"]
    load = made.of("load.l2")
    assert isinstance(load, EnergyConsumer)
    assert (load.kw, load.customer_count) == (None, None)


def test_partly_open_twice_made_and_controls(tmp_path: Path) -> None:
    made = Read(
        tmp_path,
        master="""
        New Circuit.c
        New Line.S bus1=sourcebus bus2=a switch=yes
        New Line.S bus2=b
        New Line.D bus1=b bus2=c
        New Line.E bus1=b bus2=d switch=yes
        New Relay.R1 monitoredobj=Line.D monitoredterm=2
        New Relay.R2 monitoredobj=Line.D monitoredterm=2 enabled=no
        New SwtControl.W switchedobj=Line.E normal=open state=closed
        New SwtControl.V switchedobj=Line.D action=open
        Open Line.S 1 2
        New Line.Z like=nobody bus1=d bus2=e
        Enable Line.Z
        """,
    )
    assert made.at["line.s"] == ["sourcebus", "b"]
    assert made.switch("line.s").current_position is SwitchPosition.OPEN
    relay, tie = made.switch("relay.r1"), made.switch("line.e")
    assert (type(relay), made.at["relay.r1"]) == (Breaker, ["c", "line.d@2"])
    assert (tie.normal_position, tie.position) == (SwitchPosition.OPEN, SwitchPosition.CLOSED)
    assert made.at["open:line.d@1"] == ["b", "line.d@1"]
    said = [each.reason for each in made.report.findings]
    assert any("only some of its conductors" in each for each in said)
    assert any("stands already" in each for each in said)
    assert sum("no object of this name" in each for each in said) == 1


CODED = """
    New Circuit.c
    New XfmrCode.X1 phases=3 windings=2 kvs=(10.5 0.4) kvas=(630 630)
    New Transformer.T1 xfmrcode=x1 buses=(sourcebus, a)
    New Transformer.T2 buses=(a, b) XfmrCode=X1 wdg=2 kva=100
    New Transformer.T3 xfmrcode=nobody buses=(a, e)
    New AutoTrans.A1 buses=(b, c) kvs=(110 35)
    New Line.SW1 bus1=c bus2=d switch=y
    New Line.SW2 bus1=d bus2=e switch=y
    New Line.OH1 bus1=d bus2=f length=1
    BatchEdit line.sw.* enabled=no
    BatchEdit Line.^oh normamps=250
    BatchEdit Line.(a|b)* enabled=no
    BatchEdit Line.[ enabled=no
    """


def test_transformer_codes_and_edits_of_many(tmp_path: Path) -> None:
    made = Read(tmp_path, master=CODED)
    one, two, auto = (made.of(key) for key in ("transformer.t1", "transformer.t2", "autotrans.a1"))
    assert isinstance(one, PowerTransformer)
    assert isinstance(two, PowerTransformer)
    assert isinstance(auto, PowerTransformer)
    assert (one.nominal_kv, one.secondary_kv, one.rated_kva) == (10.5, 0.4, 630)
    assert (two.nominal_kv, two.rated_kva, made.at["transformer.t2"]) == (10.5, 630, ["a", "b"])
    assert (auto.nominal_kv, auto.secondary_kv, made.at["autotrans.a1"]) == (110, 35, ["b", "c"])
    assert [made.switch(f"line.sw{n}").in_service for n in (1, 2)] == [False, False]
    line = made.of("line.oh1")
    assert isinstance(line, ACLineSegment)
    assert (line.in_service, line.rated_current_a) == (True, 250)
    said = [each.reason for each in made.report.findings]
    assert sum("the pattern has groups" in each for each in said) == 2
    assert sum("no object of this name" in each for each in said) == 1


def test_a_script_below_redirects_up_within_the_folder(tmp_path: Path) -> None:
    made = Read(
        tmp_path / "in",
        master="New Circuit.c\nRedirect parts/a.dss\nRedirect b.dss\n",
        parts__a="New Line.A bus1=sourcebus bus2=x\nRedirect ../c.dss\n",
        b="New Line.B bus1=x bus2=y\n",
        c="New Line.C bus1=y bus2=z\n",
    )
    assert {"line.a", "line.b", "line.c"} < made.entities.keys()
    (tmp_path / "out.dss").write_text("New Line.D bus1=z bus2=u\n")
    with pytest.raises(LoadError, match="outside the folder"):
        Read(tmp_path / "in", parts__a="Redirect ../../out.dss\n")


def random_circuit(seed: int) -> tuple[str, networkx.Graph]:
    """A script, and its graph as OpenDSS would conduct: what is disabled or opened has no edge."""
    pick = random.Random(seed)
    size = pick.randint(4, 14)
    lines, graph = ["Clear", "New Circuit.c bus1=b0 basekv=10.5 phases=3"], networkx.Graph()
    graph.add_nodes_from(f"b{n}" for n in range(size))
    for n in range(size + pick.randint(0, 4)):
        one, other = (pick.randrange(n), n) if 0 < n < size else pick.sample(range(size), 2)
        key, conducts = f"e{n}", True
        dots = pick.choice(("", ".1.2.3"))
        kind = pick.choice(("line", "line", "switch", "transformer"))
        if kind == "transformer":
            lines.append(
                f"New Transformer.{key} phases=3 windings=2 xhl=5 buses=(b{one}{dots} B{other}{dots}) kvs=(10.5 10.5)"
            )
        else:
            more = pick.choice(("switch=y", "Switch=True")) if kind == "switch" else "length=1 units=km"
            lines += [f"New Line.{key} Bus1=b{one}{dots}", f"~ bus2=B{other}{dots} phases=3 {more}"]
        name = f"{'Transformer' if kind == 'transformer' else 'LINE'}.{key.upper()}"
        what = pick.random()
        batch = f"BatchEdit {'transformer' if kind == 'transformer' else 'line'}.^{key}$ enabled=no"
        if what < 0.12:
            lines.append(pick.choice((f"Edit {name} enabled=no", batch, f"Disable {name}", f"{name}.enabled=false")))
            conducts = False
        elif what < 0.3:
            lines.append(f"Open {name} {pick.choice((1, 2))} 0")
            conducts = False
        elif what < 0.36:
            lines += [f"Open {name} term=2", f"Close {name} 2"]
        if conducts:
            graph.add_edge(f"b{one}", f"b{other}")
    for n in range(1, size):
        lines.append(f"New Load.d{n} bus1=b{n} kv=10.5 kw={n}")
    return "\n".join([*lines, ""]), graph


@pytest.mark.parametrize("seed", range(40))
def test_what_is_live_is_what_conducts(tmp_path: Path, seed: int) -> None:
    script, conducting = random_circuit(seed)
    made = Read(tmp_path / "in", master=script)
    ours = networkx.Graph()
    for key, ends in made.at.items():
        each = made.entities[key]
        closed = not isinstance(each, Switch) or each.current_position is SwitchPosition.CLOSED
        if getattr(each, "in_service", True) and closed and len(ends) == 2:
            ours.add_edge(*ends)
    ours.add_node("b0")
    live = {bus for bus in networkx.node_connected_component(ours, "b0") if "@" not in bus}
    assert live == networkx.node_connected_component(conducting, "b0")


def test_a_circuit_is_asked_like_any_grid(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    Read(tmp_path / "in", master=MASTER.replace("state=open", ""), parts__codes=CODES)
    shell("load", str(tmp_path / "in" / "master.dss"), "--system", "s")
    graph = read_model(shell.store).graph
    assert graph.find("s:line.l1") is not None
    told = shell.json("impact", "s:line.l1")
    assert told is not None
