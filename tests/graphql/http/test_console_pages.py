"""The console's files over HTTP: kept for ever at an address of their digest, packed, under a strict policy."""

from __future__ import annotations

import re

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.settings import BadSetting, Settings
from tests.graphql.conftest import Api, client_of


async def test_the_page_and_its_files(api: Api) -> None:
    page = await api.http.get("/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert 'data-zone="UTC"' in page.text  # where these tests stand
    main = re.search(r'src="(/console/\w+/js/main.js)"', page.text)
    assert main
    for name in [main[1], *re.findall(r'href="(/console/[^"]+)"', page.text)]:
        file = await api.http.get(name)
        assert file.status_code == 200, name
        assert "immutable" in file.headers["cache-control"]
        assert file.headers["content-encoding"] == "gzip"
    assert (await api.http.get(main[1], headers={"Accept-Encoding": "identity"})).text == file_text(main[1])


def file_text(name: str) -> str:
    from graph_api.console.site import FOLDER

    return (FOLDER / name.split("/", 3)[3]).read_text("utf-8")


async def test_what_is_held_is_not_sent_again(api: Api) -> None:
    page = await api.http.get("/")
    again = await api.http.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    main = re.findall(r'"(/console/\w+/js/main.js)"', page.text)[0]
    tag = (await api.http.get(main)).headers["etag"]
    assert (await api.http.get(main, headers={"If-None-Match": f'"other", {tag}'})).status_code == 304


@pytest.mark.parametrize("name", ["/console/0000000000000000/js/main.js", "/console/{digest}/js/../site.py"])
async def test_nothing_else_is_served(api: Api, name: str) -> None:
    page = (await api.http.get("/")).text
    digest = re.findall(r"/console/(\w+)/", page)[0]
    assert (await api.http.get(name.replace("{digest}", digest))).status_code == 404


async def test_it_can_be_left_out(live: LiveGraph) -> None:
    async with client_of(live, console=False) as client:
        response = await client.get("/")
        assert (response.status_code, response.headers["location"]) == (307, "/graphql")


def test_its_clocks_show_the_time_of_a_zone_that_there_is() -> None:
    assert Settings.from_environment({"BAODIAN_TIME_ZONE": "Asia/Urumqi"}).time_zone == "Asia/Urumqi"
    for wrong in ("Mars/Olympus", "../etc/passwd", ""):
        if wrong:
            with pytest.raises(BadSetting, match="a time zone"):
                Settings.from_environment({"BAODIAN_TIME_ZONE": wrong})
