"""What is told once per column and not per row: how many rows it happened in, and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from loaders.report import Reject
from schema.words import Sentence, say

_TOLD: dict[str, Callable[[int], tuple[Sentence, Sentence]]] = {
    "unseen": lambda count: (
        say(
            "characters that nobody sees (marks of width or direction, odd blanks) were removed from ids: {count}",
            count=count,
        ),
        say("Nothing, if the ids are right; type them anew in the source to be rid of this."),
    ),
    "unseen_text": lambda count: (
        say(
            "characters that nobody sees (marks of width or direction, control characters) were removed from "
            "texts: {count}",
            count=count,
        ),
        say("Nothing, if the texts are right; type them anew in the source to be rid of this."),
    ),
    "wide": lambda count: (
        say(
            "ids with letters and digits of full width or a leading apostrophe were read without: {count}", count=count
        ),
        say("Nothing, if the ids are right; type them anew in the source to be rid of this."),
    ),
    "none": lambda count: (
        say("cells that say that there is nothing (/, —, 无) were read as empty: {count}", count=count),
        say("Nothing; an empty cell says the same."),
    ),
    "carried": lambda count: (
        say("rows without a day were read as of the day above them: {count}", count=count),
        say("Nothing, if the day stands in the first row of its rows; else write it into each."),
    ),
    "numbers": lambda count: (
        say("telephone numbers behind the names of people were not read: {count}", count=count),
        say("Write them into the list of people, as 姓名, 手机."),
    ),
    "unverified": lambda count: (
        say(
            "telephone numbers and addresses without the day on which somebody verified them: {count}; answers say "
            "so, and whoever has no other one counts as not reachable",
            count=count,
        ),
        say("Call them, and write the day into a column verified_on (核实日期)."),
    ),
    "breaks": lambda count: (
        say("line breaks inside of cells (Alt+Enter) were read as blanks: {count}", count=count),
        say("Nothing, if each cell is one text."),
    ),
    "hidden": lambda count: (
        say(
            "rows that are hidden in the workbook (by a filter, or by hand) were read like the others: {count}",
            count=count,
        ),
        say("Nothing, if they are valid; else delete them."),
    ),
    "struck": lambda count: (
        say("rows with a cell that is struck out were read like the others: {count}", count=count),
        say("Nothing, if they are valid; else delete them: a line through a row is not read."),
    ),
    "merged": lambda count: (
        say("merged cells hold for each of the rows that they cover: {count}", count=count),
        say("Nothing, if each holds for all rows that it covers; else unmerge it, and give each row its value."),
    ),
}
"""What to say of each, and what to do, by how often it happened."""
NONE, UNSEEN, WIDE, CARRIED, NUMBERS = "none", "unseen", "wide", "carried", "numbers"
UNSEEN_TEXT = "unseen_text"
UNVERIFIED, MERGED, BREAKS = "unverified", "merged", "breaks"
HIDDEN, STRUCK = "hidden", "struck"


class Counted:
    """Counts by what happened, file and column."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], list[int]] = {}

    def note(self, what: str, file: str, column: str, row: int) -> None:
        """It happened in this row."""
        found = self._rows.setdefault((what, file, column), [row, 0])
        found[1] += 1

    def findings(self) -> Iterator[Reject]:
        """One for each column."""
        for (what, file, column), (row, count) in self._rows.items():
            reason, remedy = _TOLD[what](count)
            yield Reject(file=file, row=row, column=column, reason=reason, remedy=remedy)
