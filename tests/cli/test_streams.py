"""Whatever the terminal's encoding is, and whoever stops reading: no command fails for that."""

import json
import os
import subprocess
import sys

import pytest

from graph_api.cli.streams import typed

COMMAND = [sys.executable, "-m", "graph_api.cli"]


def ran(*arguments, **environment):
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "COLUMNS": "80", **environment},
    )


@pytest.mark.parametrize(
    ("environment", "encoding"),
    [
        ({"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}, "utf-8"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "utf-8"),
        ({"LC_ALL": "C"}, "utf-8"),
        ({"PYTHONIOENCODING": "gbk"}, "gbk"),
        ({"PYTHONIOENCODING": "gbk:strict"}, "gbk"),
    ],
)
def test_chinese_comes_out_whatever_the_locale_says(environment, encoding):
    told = ran("schema", "--lang", "zh", **environment)
    assert told.returncode == 0, told.stderr
    assert "变电站" in told.stdout.decode(encoding)


def test_what_an_encoding_lacks_is_shown_by_its_number():
    told = ran("schema", "--lang", "zh", PYTHONIOENCODING="latin-1")
    assert told.returncode == 0, told.stderr
    assert "\\u53d8\\u7535\\u7ad9" in told.stdout.decode("latin-1")
    answer = json.loads(ran("schema", "--json", PYTHONIOENCODING="latin-1").stdout.decode("latin-1"))
    assert answer == json.loads(ran("schema", "--json").stdout)


@pytest.mark.parametrize("utf8_mode", ["0", "1"])
def test_what_is_typed_is_utf_8_whatever_the_locale_says(utf8_mode, tmp_path):
    store = f"sqlite:///{tmp_path}/none.db"
    told = ran(
        "who", "滨江一线", "--role", "厨师", "--store", store, LC_ALL="C", PYTHONUTF8=utf8_mode, PYTHONCOERCECLOCALE="0"
    )
    assert told.returncode == 2
    assert "Unicode" not in told.stderr.decode()
    assert typed("滨江一线".encode().decode("ascii", "surrogateescape")) == "滨江一线"
    assert typed(["a", "滨".encode().decode("ascii", "surrogateescape")]) == ["a", "滨"]
    assert typed("\udcff") == "\ufffd"
    assert typed(5) == 5


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("schema",),
        ("schema", "--json"),
        ("--version",),
        ("demo",),
        ("foo",),
        ("demo", "generate", "x", "--day", "y"),
    ],
)
@pytest.mark.parametrize("closed", ["stdout", "both"])
def test_a_closed_pipe_is_quiet(arguments, closed):
    command = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if closed == "both" else subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "COLUMNS": "80"},
    )
    command.stdout.close()
    errors = b"" if command.stderr is None else command.stderr.read()
    if command.stderr is not None:
        command.stderr.close()
    said_on_errors = arguments[0] == "foo" or "--day" in arguments
    if closed == "both" or not said_on_errors:
        assert command.wait() == 0
        assert not errors
    else:
        assert command.wait() == 2
        assert b"Traceback" not in errors


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [("schema",), ("schema", "--json"), ("--help",), ("--version",)])
def test_a_full_disk_is_told_and_is_no_fault_of_the_store(arguments):
    with open("/dev/full", "wb") as full:
        told = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr == "baodian: The answer could not be written: the disk is full. [OUTPUT_FAILED]\n"


def test_what_is_written_to_a_closed_stream_goes_nowhere():
    for redirection in (">&-", "2>&-", ">&- 2>&-"):
        line = f'"{sys.executable}" -m graph_api.cli schema Feeder {redirection}'
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not done.stderr
