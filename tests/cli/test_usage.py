"""Wrong usage is told in the asked language, with exit code 2."""

import re
import time
from datetime import UTC, date, datetime

import pytest
import typer

from graph_api.cli.times import typed_day, typed_time
from tests.cli.conftest import run

WRONG = {
    "who --trip x": (
        "There is no option --trip. Did you mean --at, --store?",
        "没有选项 --trip。是否为 --at、--store？",
    ),
    "who --zzz x": ("There is no option --zzz.", "没有选项 --zzz。"),
    "who": ("Missing argument: THING", "缺少参数：对象"),
    "impact": ("Missing argument: ELEMENT...", "缺少参数：设备..."),
    "copy --from x": ("Missing option: --to", "缺少选项：--to"),
    "who a b": ("Too many arguments; these are not taken: b", "参数过多，多余的为：b"),
    "search x --limit a": ("--limit: 'a' is no whole number from 1 to 200.", "'a' 不是 1 至 200 之间的整数。"),
    "risks --first 0": ("--first: '0' is no whole number of at least 1.", "'0' 不是不小于 1 的整数。"),
    "demo generate x --seed y": ("'y' is no number.", "--seed 的值无效：'y' 不是数值。"),
    "load x --format y": (
        "'y' is none of auto, tabular, cim, pandapower, opendss, power-grid-model.",
        "'y' 不在可选值之列：auto、tabular、cim、",
    ),
    "demo generate x --day 12": ("'12' is no day. Give one as 2026-11-27.", "'12' 不是日期。请写作 2026-11-27。"),
    "impact x --at 3点": ("'3点' is no time. Give 03:10 (today), 2026-11-27", "'3点' 不是时刻。请写作 03:10（当日）"),
    "risks --kind": ("--kind needs a value behind it.", "--kind 之后须给出值。"),
    "impact x --limti 3": ("There is no option --limti. Did you mean --limit?", "没有选项 --limti。是否为 --limit？"),
    "who x --json=3": ("--json takes no value.", "--json 不带值。"),
    "frobnicate": ("There is no command 'frobnicate'.", "没有命令 'frobnicate'。"),
    "resuply": ("There is no command 'resuply'. Did you mean resupply?", "没有命令 'resuply'。是否为 resupply？"),
    "foo": ("There is no command 'foo'.", "没有命令 'foo'。"),
    "demo serv": ("There is no command 'serv'. Did you mean serve?", "没有命令 'serv'。是否为 serve？"),
}
ENGLISH = re.compile("Usage|Try|Error|No such|Missing|Invalid|Input should|Value error|Options")


def shown(text: str) -> str:
    """What stands in a frame, as one line."""
    return re.sub(r"\s*│?\n│?\s*", " ", text)


@pytest.mark.parametrize("typed", WRONG)
def test_wrong_usage_is_told_in_the_asked_language(typed):
    english, chinese = WRONG[typed]
    told = run(*typed.split(), "--lang", "en", COLUMNS="200")
    assert told.exit_code == 2
    assert english in shown(told.stderr)
    told = run(*typed.split(), "--lang", "zh", COLUMNS="200")
    assert told.exit_code == 2
    assert chinese in shown(told.stderr)
    assert not ENGLISH.search(told.stderr)
    assert not told.stdout


def test_a_group_alone_shows_its_help_once():
    told = run("demo", "--lang", "zh")
    assert told.exit_code == 2
    assert told.stdout.count("用法：") == 1
    assert not told.stderr


@pytest.mark.parametrize(
    ("typed", "environment", "name"),
    [
        (("--lang", "fr"), {}, "--lang"),
        (("--lang=fr",), {}, "--lang"),
        ((), {"BAODIAN_LANG": "fr"}, "BAODIAN_LANG"),
        (("--lang", "fr"), {"BAODIAN_LANG": "zh"}, "--lang"),
    ],
)
def test_a_language_that_is_not_spoken_is_wrong_usage_in_both(typed, environment, name):
    told = run("status", *typed, COLUMNS="200", **environment)
    assert told.exit_code == 2
    assert f"{name} is zh (Chinese) or en (English), not 'fr'." in told.stderr
    assert f"{name} 可选 zh（中文）或 en（英文），现为 'fr'。" in told.stderr


@pytest.mark.parametrize("typed", [("--lang",), ("--lang=",)])
def test_a_language_that_is_not_named_is_wrong_usage(typed):
    told = run("status", *typed, COLUMNS="200")
    assert told.exit_code == 2
    assert "--lang needs a value behind it." in told.stderr


@pytest.mark.parametrize(
    ("tag", "word"), [("cn", "用法"), ("zh-CN", "用法"), ("zh_CN.UTF-8", "用法"), ("en_US", "Usage")]
)
def test_tags_of_languages_are_taken(tag, word):
    assert word in run("status", "--help", "--lang", tag).stdout
    assert word in run("status", "--help", BAODIAN_LANG=tag).stdout


@pytest.fixture
def in_china(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-27 03:10", datetime(2026, 11, 26, 19, 10, tzinfo=UTC)),
        ("2026-11-27 3:10", datetime(2026, 11, 26, 19, 10, tzinfo=UTC)),
        ("2026-11-27T03:10", datetime(2026, 11, 26, 19, 10, tzinfo=UTC)),
        ("2026-11-27T03:10:05", datetime(2026, 11, 26, 19, 10, 5, tzinfo=UTC)),
        ("2026-11-27T03:10:00Z", datetime(2026, 11, 27, 3, 10, tzinfo=UTC)),
        ("2026-11-27T03:10:00+05:00", datetime(2026, 11, 26, 22, 10, tzinfo=UTC)),
        ("2026-11-27", datetime(2026, 11, 26, 16, tzinfo=UTC)),
    ],
)
@pytest.mark.usefixtures("in_china")
def test_times_are_taken_as_people_write_them(typed, meant):
    assert typed_time(typed).astimezone(UTC) == meant


@pytest.mark.parametrize("typed", ["03:10", "3:10", "3：10", " 03:10:00 "])
def test_a_time_alone_is_todays(typed):
    before = datetime.now()
    assert typed_time(typed) in {
        day.replace(hour=3, minute=10, second=0, microsecond=0) for day in (before, datetime.now())
    }


def test_a_day_of_a_month_is_this_years():
    assert typed_time("11-27 03:10") == datetime(datetime.now().year, 11, 27, 3, 10)


@pytest.mark.parametrize("typed", ["", "25:10", "03-10", "morgen", "2026-13-01"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(typer.BadParameter, match="is no time"):
        typed_time(typed)


def test_days():
    assert typed_day("2026-11-27") == date(2026, 11, 27)
