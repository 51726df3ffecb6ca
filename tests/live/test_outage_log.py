"""An outage of hours does not fill the log: each reason at once, then once a minute, and its end."""

from __future__ import annotations

import pytest

from graph_api.live.outage_log import OutageLog


def test_each_reason_at_once_then_once_a_minute_and_the_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    now = 0.0
    told = OutageLog(lambda: now)
    told.over()  # nothing was wrong: nothing to tell
    for second in range(130):
        now = float(second)
        told.failed("no answer" if second % 2 else "refused")
    now = 130.5
    told.over()
    told.over()
    now = 200.0
    told.failed("refused")
    assert [each.getMessage() for each in caplog.records] == [
        "store not followed for 0 s: refused",
        "store not followed for 1 s: no answer",
        "store not followed for 60 s: refused",
        "store not followed for 61 s: no answer",
        "store not followed for 120 s: refused",
        "store not followed for 121 s: no answer",
        "store followed again after 130.5 s",
        "store not followed for 0 s: refused",
    ]
