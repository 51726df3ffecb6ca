"""Plans on the demo's 110 kV lines: everybody is back, and harm stays where it is; `tests.judged.harm` prints all."""

from __future__ import annotations

from tests.judged.harm import city, harm_minutes, planned
from tests.truth.plan import Accounts, Back


def test_harm_counts_minutes_by_class_and_who_is_left() -> None:
    _, whole = city()
    by_class = {known.importance: known.id for known in whole.customers.values()}
    back = {by_class["SPECIAL"]: Back(1, 4.0), "LJ:LOAD:x": Back(2, 10.0)}
    accounts = Accounts(back=back, still_out={by_class["SECOND"]: "NO_TIE"})
    assert harm_minutes(whole, accounts) == 8 * 4 + 10 + 2 * 120


def test_a_110_kv_line_without_its_transfers_is_made_up_for_from_afar() -> None:
    model, whole = city(transfers=False)
    harm, back, out = planned(model, whole, "LJ:SEG:S4:1")
    assert (back, out) == (113, 0)
    assert harm <= 650  # 3,838 of the simple plan on LJ:SEG:S1:1, 836 of this one
