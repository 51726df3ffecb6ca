"""Every page that is made, not written: `python -m tests.records [--check] [README.md ...]`."""

from __future__ import annotations

from functools import partial

from schema import reference
from tests.records import questions, roles_page, settings_page
from tests.records.examples import renewed_example
from tests.records.night import with_night
from tests.records.page import DOCS, ROOT, run
from tests.records.tour import renewed

WITH_OUTPUTS = (ROOT / "README.md", ROOT / "README.zh-CN.md")
WITH_FILES = (DOCS / "first-hour.zh-CN.md", DOCS / "vcard.md", DOCS / "icalendar.md", DOCS / "geojson.md")
PAGES = {
    settings_page.PAGE: settings_page.settings_page,
    roles_page.PAGE: roles_page.roles_page,
    questions.PAGE: questions.questions_page,
    DOCS / "schema.md": reference.markdown,
    **{page: partial(renewed, page) for page in WITH_OUTPUTS},
    DOCS / "tour.md": lambda: with_night(renewed(DOCS / "tour.md")),
    **{page: partial(renewed_example, page) for page in WITH_FILES},
}

if __name__ == "__main__":
    run(PAGES, __doc__)
