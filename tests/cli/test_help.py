"""Help tells everything, in both languages, in a narrow terminal."""

import re
from inspect import cleandoc

import pytest
from rich.cells import cell_len
from rich.text import Text

from graph_api.cli.application import application, every_command
from graph_api.cli.folding import folded
from schema.words import Language, speaking, translated
from tests.cli.conftest import run

PATHS = [path for path, _ in every_command()]
COMMANDS = {}
for _language in Language:
    with speaking(_language):
        COMMANDS[_language] = dict(every_command(application()))


def run_together(text: str) -> str:
    """A text without what lines and frames add."""
    return re.sub(r"[\s│╭╮╰╯─]", "", text)


def said_of(command, language):
    """What a command says of itself and its parameters, without markup."""
    texts = [cleandoc(command.help), command.epilog or ""]
    with speaking(language):
        texts += [translated(each.help) for each in command.params]
    texts += [cleandoc(each.help).split("\n\n")[0] for each in getattr(command, "commands", {}).values()]
    return [Text.from_markup(text).plain for text in texts]


@pytest.mark.parametrize("columns", ["80", "50"])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("path", PATHS)
def test_no_text_of_help_is_lost(path, language, columns):
    shown = run("--lang", language.lower(), *path.split()[1:], "--help", COLUMNS=columns).stdout
    for text in said_of(COMMANDS[language][path], language):
        assert run_together(text) in run_together(shown)
    assert all(cell_len(line) <= int(columns) for line in shown.splitlines())


@pytest.mark.parametrize("path", PATHS)
def test_the_frame_of_help_is_chinese_too(path):
    shown = run("--lang", "zh", *path.split()[1:], "--help").stdout
    assert "用法：" in shown
    assert "[默认：" in shown or "default" not in shown
    assert not re.search(r"Usage|Options|Arguments|Commands|\[default|\[env var|\[required|Show |completion for", shown)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("查询时刻（值班）", ["查询时", "刻（值", "班）"]),
        ("所在区段。另有", ["所在区", "段。另", "有"]),
        ("one two three", ["one two", "three"]),
        ("加 --json 得", ["加", "--json", "得"]),
        ("abcdefghij", ["abcdefg", "hij"]),
        ("一\n二", ["一", "二"]),
        ("", [""]),
    ],
)
def test_chinese_breaks_at_any_character_and_other_words_between(text, lines):
    assert [line.plain for line in folded(Text(text), 7)] == lines
