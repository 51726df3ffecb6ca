"""The question that everything is measured by, and its answer as text that people can check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MEASURED = """
query Incident($equipment: [ID!]!, $at: DateTime) {
  impact(equipment: $equipment, cause: FAULTED, at: $at) {
    revision asOf
    summary { customers { state count } lostKw mostUrgent { deadline remainingSeconds } }
    customers(first: 50) { totalCount nodes {
      customer { id name importance manager { name } }
      state before notRedundant singlePoint { name }
      mostUrgent { load { name } remainingSeconds }
      procedure { title steps { order text role } }
      responsibility { rows { role person { name } onDuty through { name } contacts { contactType value } }
                       gaps { role gap } }
    } }
  }
}
"""
_ZONE = ZoneInfo("Asia/Shanghai")


def as_text(impact: dict[str, Any], now: datetime) -> str:
    """The whole answer of a server whose clock stood at `now`, a line per fact, times as the clock shows them there."""
    return "\n".join(_lines(impact, now)) + "\n"


def _lines(impact: dict[str, Any], now: datetime) -> Iterator[str]:
    summary = impact["summary"]
    states = ", ".join(f"{each['count']} {each['state']}" for each in summary["customers"] if each["count"])
    urgent = summary["mostUrgent"]
    yield f"{states}; {summary['lostKw']:.0f} kW lost"
    if urgent:
        deadline = datetime.fromisoformat(urgent["deadline"])
        assert abs((deadline - now).total_seconds() - urgent["remainingSeconds"]) < 1
        yield f"first deadline {_clock(deadline)}"
    nodes = impact["customers"]["nodes"]
    assert impact["customers"]["totalCount"] == len(nodes)
    for node in nodes:
        yield ""
        yield from _customer(node, now)


def _customer(node: dict[str, Any], now: datetime) -> Iterator[str]:
    customer = node["customer"]
    yield f"{customer['id']} {customer['name']} {customer['importance']}, manager {customer['manager']['name']}"
    left = f", all hangs on {node['singlePoint']['name']}" if node["singlePoint"] else ""
    yield f"  {node['before']} -> {node['state']}{', not redundant' if node['notRedundant'] else ''}{left}"
    if urgent := node["mostUrgent"]:
        deadline = now + timedelta(seconds=urgent["remainingSeconds"])
        yield f"  {urgent['load']['name']} until {_clock(deadline)}"
    if procedure := node["procedure"]:
        yield f"  procedure {procedure['title']}"
        for step in procedure["steps"]:
            yield f"    {step['order']}. {step['text']} [{step['role'] or ''}]"
    for row in node["responsibility"]["rows"]:
        person = row["person"]["name"] if row["person"] else "nobody"
        numbers = " ".join(contact["value"] for contact in row["contacts"])
        duty = "" if row["onDuty"] else " (not on duty)"
        yield f"  {row['role']} by {row['through']['name']}: {person}{duty} {numbers}".rstrip()
    for gap in node["responsibility"]["gaps"]:
        yield f"  gap: {gap['role']} {gap['gap']}"


def _clock(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%H:%M:%S")
