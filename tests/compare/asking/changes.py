"""Mutations: good, repeated, conflicting, wrong; after each, questions that have to see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.compare.asking.picks import heads, normally_open
from tests.compare.asking.rounds import COMMITTED, Rounds
from tests.compare.operation import Operation, Path
from tests.compare.selections import Selections
from tests.compare.stores import NOW, Data

ERRORS = "userErrors { code path message id currentVersion }"
SWITCH = "switch { id currentPosition position positionBy positionAt positionSource normalPosition version }"
ASSIGNMENT = """assignment { id role rank validFrom validTo version person { id } team { id }
  covers { totalCount nodes { id } } }"""
MUTATIONS = {
    "setSwitchPosition": ("SetSwitchPositionInput", SWITCH),
    "upsertAssignment": ("UpsertAssignmentInput", ASSIGNMENT),
    "endAssignment": ("EndAssignmentInput", ASSIGNMENT),
}


def mutation(what: str, name: str, given: dict[str, Any], **more: Any) -> Operation:
    """A request that makes one change."""
    kind, shown = MUTATIONS[name]
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {shown} revision repeated {ERRORS} }} }}"
    return Operation(name=f"changes/{what}", query=query, variables={"input": given}, **({"masks": COMMITTED} | more))


def retried_operations(data: Data) -> Iterator[Operation]:
    """Changes with request ids: sent once by the old tree, then by both, which have to know them again."""
    breaker, switch = data.first("Breaker", 5), data.first("LoadBreakSwitch", 3)
    person, team, customer = data.first("Person", 1), data.first("Team"), data.first("Customer", 2)
    yield mutation(
        "retry position",
        "setSwitchPosition",
        {"switch": breaker, "position": "OPEN", "by": "严世丽", "source": "现场汇报", "requestId": "retry-1"},
    )
    yield mutation(
        "retry position at",
        "setSwitchPosition",
        {
            "switch": switch,
            "position": "UNKNOWN",
            "by": 'O\'Neil "x"',
            "at": "2025-11-24T13:05:06.789+08:00",
            "requestId": "retry-2",
        },
    )
    yield mutation(
        "retry minted",
        "upsertAssignment",
        {
            "role": "SAFETY",
            "person": person,
            "team": team,
            "covers": [customer, data.first("Feeder")],
            "rank": "B",
            "requestId": "retry-3",
        },
    )
    yield mutation(
        "retry own id",
        "upsertAssignment",
        {
            "id": "MY:ASG:1",
            "role": "LOGISTICS",
            "team": team,
            "covers": [customer],
            "validFrom": "2025-11-01T00:00:00Z",
            "validTo": "2026-01-01T00:00:00+08:00",
            "requestId": "retry-4",
        },
    )
    yield mutation("retry end", "endAssignment", {"id": data.first("Assignment", 1), "requestId": "retry-5"})
    yield mutation(
        "retry end at",
        "endAssignment",
        {"id": data.first("Assignment", 3), "at": "2025-11-25T00:00:00+00:00", "requestId": "retry-6"},
    )


def other_content_operations(data: Data) -> Iterator[Operation]:
    """The same request ids with something else in them: conflicts, before an upgrade and after."""
    breaker, person = data.first("Breaker", 5), data.first("Person", 1)
    yield mutation(
        "other position",
        "setSwitchPosition",
        {"switch": breaker, "position": "CLOSED", "by": "严世丽", "source": "现场汇报", "requestId": "retry-1"},
    )
    yield mutation("other mutation", "endAssignment", {"id": data.first("Assignment", 2), "requestId": "retry-1"})
    yield mutation(
        "other assignment",
        "upsertAssignment",
        {"role": "SAFETY", "person": person, "covers": [data.first("Feeder")], "requestId": "retry-3"},
    )
    yield mutation("other end", "endAssignment", {"id": data.first("Assignment", 4), "requestId": "retry-5"})


def change_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """A day of changes, and rounds of questions between them."""
    ask = Rounds(data, select)
    yield from ask.pages_begun()
    yield from ask.all()
    yield from _switching(data, ask)
    yield from _wrong_positions(data)
    yield from _assigning(data, ask)
    yield from _wrong_assignments(data)
    yield from _several(data)
    yield from ask.all()
    yield from ask.pages_gone_on()
    yield from _random(data)


def _switching(data: Data, ask: Rounds) -> Iterator[Operation]:
    head, tie = heads(data)[0], normally_open(data)[0]
    base = {"switch": head, "by": "张三", "source": "SCADA"}
    opened = {**base, "position": "OPEN", "requestId": "trip-1"}
    yield mutation("trip", "setSwitchPosition", opened)
    yield from ask.all()
    yield mutation("trip again", "setSwitchPosition", opened)
    yield mutation("trip, other content", "setSwitchPosition", {**opened, "position": "UNKNOWN"})
    yield mutation("trip, other words", "setSwitchPosition", {**opened, "by": "李四"})
    yield mutation("same without id", "setSwitchPosition", {**base, "position": "OPEN"})
    yield mutation(
        "tie", "setSwitchPosition", {"switch": tie, "position": "CLOSED", "by": "李四", "at": "2025-11-24T06:29:00Z"}
    )
    yield from ask.all()
    yield mutation("unknown", "setSwitchPosition", {**base, "position": "UNKNOWN"})
    yield from ask.all()
    yield from _expecting(head, tie)
    alias = {**base, "switch": "CB31-OLD", "position": "CLOSED", "requestId": "alias-1"}
    yield mutation("alias", "setSwitchPosition", alias)
    yield from ask.all()


def _expecting(head: str, tie: str) -> Iterator[Operation]:
    """Changes that rely on versions: old ones, the one just read, those of other things."""
    close = {"switch": head, "position": "CLOSED", "by": "王五"}
    versions = {"old": [(head, "1")], "none": [(head, "0")], "others": [(tie, "1"), ("nowhere", "3"), ("nothing", "0")]}
    for what, pairs in versions.items():
        expected = [{"id": each, "version": version} for each, version in pairs]
        yield mutation(f"expected {what}", "setSwitchPosition", {**close, "expected": expected})
    read = "query($id: ID!) { node(id: $id) { ... on Entity { id version } } }"
    yield Operation(name="changes/version read", query=read, variables={"id": head})
    query = f"""mutation($id: ID!, $read: Revision!) {{ setSwitchPosition(input: {{
      switch: $id, position: CLOSED, by: "王五", expected: [{{id: $id, version: $read}}]}}) {{
      {SWITCH} revision repeated {ERRORS} }} }}"""
    takes: dict[str, Path] = {"read": ("changes/version read", "data", "node", "version")}
    yield Operation(name="changes/expected as read", query=query, variables={"id": head}, takes=takes, masks=COMMITTED)


def _wrong_positions(data: Data) -> Iterator[Operation]:
    switch = data.first("LoadBreakSwitch", 2)
    good = {"switch": switch, "position": "OPEN", "by": "张三"}
    cases: dict[str, dict[str, Any]] = {
        "no switch": {"switch": "nowhere"},
        "a person": {"switch": data.first("Person")},
        "a line": {"switch": data.first("ACLineSegment")},
        "by nobody": {"by": " "},
        "by long": {"by": "x" * 101},
        "by control": {"by": "a\nb"},
        "no source": {"source": ""},
        "long source": {"source": "y" * 101},
        "future": {"at": "2025-11-24T06:32:00Z"},
        "nearly now": {"at": "2025-11-24T06:30:59Z"},
        "old age": {"at": "1999-01-01T00:00:00Z"},
        "far": {"at": "2300-01-01T00:00:00Z"},
        "older report": {"at": "2025-11-24T06:00:00Z"},
        "request id blank": {"requestId": ""},
        "request id bad": {"requestId": "a b"},
        "request id long": {"requestId": "r" * 65},
        "all wrong": {"switch": "x", "by": "", "source": "", "at": "2300-01-01T00:00:00Z", "requestId": "?"},
        "two versions": {"expected": [{"id": switch, "version": "1"}, {"id": switch, "version": "2"}]},
        "many versions": {"expected": [{"id": str(n), "version": "0"} for n in range(101)]},
        "bad version": {"expected": [{"id": switch, "version": "x"}]},
        "bad position": {"position": "AJAR"},
        "naive": {"at": "2025-11-24T06:00:00"},
        "more": {"normalPosition": "OPEN"},
        "long id": {"switch": "s" * 300},
    }
    for what, given in cases.items():
        yield mutation(f"wrong position {what}", "setSwitchPosition", {**good, **given}, valid=False)


def _assigning(data: Data, ask: Rounds) -> Iterator[Operation]:
    person, other, team = data.first("Person", 2), data.first("Person", 4), data.first("Team")
    covers = [data.first("Customer"), data.first("Feeder", 1)]
    new = {"role": "CUSTOMER_MANAGER", "person": person, "covers": covers, "rank": "B"}
    yield mutation("new", "upsertAssignment", {**new, "requestId": "asg-1"})
    yield mutation("new again", "upsertAssignment", {**new, "requestId": "asg-1"})
    yield mutation("new, covers turned", "upsertAssignment", {**new, "covers": covers[::-1], "requestId": "asg-1"})
    yield mutation("own id", "upsertAssignment", {**new, "id": "OWN:1", "requestId": "asg-2"})
    yield mutation(
        "replaced",
        "upsertAssignment",
        {
            "id": "OWN:1",
            "role": "SAFETY",
            "person": other,
            "team": team,
            "covers": covers[:1],
            "validFrom": NOW,
            "requestId": "asg-3",
        },
    )
    yield mutation(
        "of a file",
        "upsertAssignment",
        {"id": data.first("Assignment", 6), "role": "DISPATCHER", "team": team, "covers": [data.first("Area")]},
    )
    yield from ask.all()
    yield mutation("ended", "endAssignment", {"id": "OWN:1", "at": "2025-11-24T07:00:00Z", "requestId": "end-1"})
    yield mutation("ended again", "endAssignment", {"id": "OWN:1", "at": "2025-11-24T07:00:00Z", "requestId": "end-1"})
    yield mutation("ended twice", "endAssignment", {"id": "OWN:1", "at": "2025-11-24T09:00:00Z"})
    yield mutation(
        "ended now",
        "endAssignment",
        {"id": data.first("Assignment", 5), "expected": [{"id": data.first("Assignment", 5), "version": "1"}]},
    )
    yield mutation(
        "ended unexpected",
        "endAssignment",
        {"id": data.first("Assignment", 7), "expected": [{"id": data.first("Assignment", 7), "version": "9"}]},
    )
    yield from ask.all()


def _wrong_assignments(data: Data) -> Iterator[Operation]:
    good = {"id": "WRONG:1", "role": "SAFETY", "person": data.first("Person", 3), "covers": [data.first("Customer")]}
    gone = [row["id"] for row in data.of("Person") if row.get("active") == "false"]
    cases: dict[str, dict[str, Any]] = {
        "nobody": {"person": None},
        "unknown person": {"person": "x"},
        "team as person": {"person": data.first("Team")},
        "who left": {"person": (gone or ["gone"])[0]},
        "unknown team": {"team": "x"},
        "person as team": {"team": data.first("Person")},
        "covers nothing": {"covers": []},
        "covers unknown": {"covers": [data.first("Customer"), "x", "y"]},
        "covers a person": {"covers": [data.first("Person"), data.first("Contact")]},
        "covers many": {"covers": [data.first("Customer")] * 101},
        "covers twice": {"covers": [data.first("Customer")] * 2},
        "turned": {"validFrom": "2026-01-01T00:00:00Z", "validTo": "2025-01-01T00:00:00Z"},
        "no time": {"validFrom": NOW, "validTo": NOW},
        "far": {"validTo": "2500-01-01T00:00:00Z"},
        "id of another kind": {"id": data.first("Customer")},
        "blank id": {"id": ""},
        "id with blanks": {"id": " A "},
        "long id": {"id": "i" * 129},
        "control id": {"id": "a\tb"},
        "all wrong": {"id": data.first("Feeder"), "person": "x", "team": "y", "covers": ["z"], "requestId": "?"},
        "no role": {"role": "COOK"},
    }
    for what, given in cases.items():
        yield mutation(f"wrong assignment {what}", "upsertAssignment", {**good, **given}, valid=False)
    assignment = data.first("Assignment", 8)
    ends: dict[str, dict[str, Any]] = {
        "unknown": {"id": "x"},
        "a person": {"id": data.first("Person")},
        "far": {"id": assignment, "at": "2500-01-01T00:00:00Z"},
        "request id": {"id": assignment, "requestId": "a b"},
        "before it began": {"id": "MINE", "at": "2001-01-01T00:00:00Z"},
    }
    for what, given in ends.items():
        yield mutation(f"wrong end {what}", "endAssignment", given, valid=False)


def _several(data: Data) -> Iterator[Operation]:
    """Several changes in one request run in order; one that is refused stops none."""
    switch, other = data.ids("LoadBreakSwitch", 4)[1:3]
    payload = f"{SWITCH} revision repeated {ERRORS}"
    text = f"""mutation($a: ID!, $b: ID!) {{
      first: setSwitchPosition(input: {{switch: $a, position: OPEN, by: "一"}}) {{ {payload} }}
      wrong: setSwitchPosition(input: {{switch: "x", position: OPEN, by: "二"}}) {{ {payload} }}
      again: setSwitchPosition(input: {{switch: $a, position: CLOSED, by: "三"}}) {{ {payload} }}
      other: setSwitchPosition(input: {{switch: $b, position: OPEN, by: "四"}}) {{ {payload} }} }}"""
    yield Operation(name="changes/several", query=text, variables={"a": switch, "b": other}, masks=COMMITTED)


def _random(data: Data) -> Iterator[Operation]:
    given = {"role": "SAFETY", "person": data.first("Person", 3), "covers": [data.first("Customer", 4)]}
    yield mutation("random id", "upsertAssignment", given, masks=COMMITTED | {"random id"})
