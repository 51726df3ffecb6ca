"""Loops answer the same interpreted and compiled, begin interpreted, and are all compiled at installation."""

from __future__ import annotations

import copy
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph_api.readmodel.topology import adjacency, flood, jit, marking
from graph_api.readmodel.topology.adjacency import neighbours
from graph_api.readmodel.topology.jit import Flags, Ints
from graph_api.readmodel.topology.warm import ask_everything, cold, small_grid

compiling = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="numba's compiler is off")
GRID = """
import sys
from graph_api.readmodel.topology import jit, Topology
from graph_api.readmodel.topology.warm import small_grid
Topology.build(small_grid())
assert "numba" not in sys.modules, "a small grid needs no compiler"
"""


def _python(code: str, **environment: str) -> None:
    given = {**os.environ, "NUMBA_DISABLE_JIT": "0", **environment}
    subprocess.run([sys.executable, "-c", code], check=True, env=given)


def test_a_small_grid_is_answered_without_numba() -> None:
    _python(GRID)


@compiling
def test_a_large_grid_and_a_spent_budget_call_for_machine_code() -> None:
    _python(GRID + "jit.LARGE = 5\nTopology.build(small_grid())\nassert 'numba' in sys.modules")
    _python(GRID + "jit.BUDGET_S = 0\nTopology.build(small_grid())\nassert 'numba' in sys.modules")


def test_without_the_compiler_all_stays_interpreted() -> None:
    _python(GRID + "jit.use_machine_code()\nTopology.build(small_grid())\n" + GRID, NUMBA_DISABLE_JIT="1")


@compiling
def test_every_kernel_is_compiled_at_installation() -> None:
    jit.use_machine_code()
    ask_everything(small_grid())
    assert list(cold()) == []


@compiling
def test_machine_code_is_kept_on_disk(tmp_path: Path) -> None:
    warm = [sys.executable, "-m", "graph_api.readmodel.topology.warm"]
    subprocess.run(warm, check=True, env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)})
    assert len(list(tmp_path.rglob("*.nbi"))) >= len(jit.KERNELS) - 1


def test_a_kernel_is_its_function() -> None:
    assert neighbours.__doc__
    one, other = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    starts, arcs = neighbours(3, one, other)
    assert (starts.tolist(), arcs.tolist()) == ([0, 1, 3, 4], [1, 0, 2, 1])
    assert neighbours.function(3, one, other)[1].tolist() == arcs.tolist()  # type: ignore[attr-defined]


def _vertices(chosen: random.Random, size: int, most: int) -> Ints:
    return np.array([chosen.randrange(size) for _ in range(chosen.randrange(most + 1))], np.int32)


def _flags(chosen: random.Random, size: int, *flags: int) -> Flags:
    return np.array([chosen.choice((0, *flags)) | chosen.choice((0, *flags)) for _ in range(size)], np.uint8)


def _neighbours(chosen: random.Random, size: int) -> tuple[Any, ...]:
    edges = chosen.randrange(0, 60)
    return size, *(np.array([chosen.randrange(size) for _ in range(edges)], np.int32) for _ in range(2))


def _expanded(chosen: random.Random, size: int) -> tuple[Any, ...]:
    starts, arcs = neighbours(*_neighbours(chosen, size))
    return _vertices(chosen, size, 8), starts, arcs


def _doubted(chosen: random.Random, size: int) -> tuple[Any, ...]:
    """A random forest; not all of its vertices are in it."""
    place, span, slots = (np.full(size, each, np.int32) for each in (-1, 1, -1))
    inside = chosen.sample(range(size), chosen.randrange(size + 1))
    path: list[int] = []
    for at, vertex in enumerate(inside):
        place[vertex], slots[at] = at, vertex
        del path[chosen.randrange(len(path) + 1) :]
        span[path] += 1
        path.append(vertex)
    marks = np.zeros(size, np.uint8)
    return place, span, slots, _vertices(chosen, size, 6), marks, np.zeros(size, np.int32)


def _entered(chosen: random.Random, size: int) -> tuple[Any, ...]:
    starts, arcs = neighbours(*_neighbours(chosen, size))
    place, is_source = np.array([chosen.randrange(-1, 2) for _ in range(size)], np.int32), _flags(chosen, size, 1)
    vertices = np.array(chosen.sample(range(size), chosen.randrange(size + 1)), np.int32)
    marks, queue = _flags(chosen, size, flood.DOUBTFUL, flood.CUT, flood.ADDED), np.zeros(size + 2, np.int32)
    return starts, arcs, place, is_source, vertices, marks, queue, 2


def _marked(chosen: random.Random, size: int) -> tuple[Any, ...]:
    return _flags(chosen, size, 1, 4), _vertices(chosen, size, 8), 2


def _cleared(chosen: random.Random, size: int) -> tuple[Any, ...]:
    return _flags(chosen, size, 1, 4), _vertices(chosen, size, 8)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    ("kernel", "given"),
    [
        (neighbours, _neighbours),
        (adjacency.expanded, _expanded),
        (flood.doubted, _doubted),
        (flood.entered, _entered),
        (marking.mark, _marked),
        (marking.clear, _cleared),
    ],
)
def test_arrays_give_what_the_loop_gives(seed: int, kernel: Any, given: Callable[..., tuple[Any, ...]]) -> None:
    chosen = random.Random(seed)
    arguments = given(chosen, chosen.randrange(1, 30))
    by_loop, by_arrays = copy.deepcopy(arguments), copy.deepcopy(arguments)
    found = [as_lists(kernel.function(*by_loop)), as_lists(kernel.interpreted(*by_arrays))]
    assert found[0] == found[1]
    assert as_lists(by_loop) == as_lists(by_arrays), "scratch memory too"


def as_lists(found: Any) -> Any:
    """Arrays as lists with the name of their type, so that they can be compared."""
    if isinstance(found, tuple):
        return [as_lists(each) for each in found]
    return (found.dtype.name, found.tolist()) if isinstance(found, np.ndarray) else found
