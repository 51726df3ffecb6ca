"""Loops answer the same interpreted and compiled, begin interpreted, and are all compiled at installation."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from graph_api.readmodel.topology import jit
from graph_api.readmodel.topology.adjacency import neighbours
from graph_api.readmodel.topology.jit import Kernel
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
def test_a_large_array_and_a_spent_budget_call_for_machine_code() -> None:
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


@pytest.mark.parametrize("seed", range(40))
def test_arrays_give_what_the_loop_gives(seed: int) -> None:
    chosen = random.Random(seed)
    size, edges = chosen.randrange(1, 30), chosen.randrange(0, 60)
    one, other = (np.array([chosen.randrange(size) for _ in range(edges)], np.int32) for _ in range(2))
    kernel = cast(Kernel, neighbours)
    for by_loop, by_arrays in zip(kernel.function(size, one, other), kernel.interpreted(size, one, other), strict=True):
        assert by_arrays.dtype == by_loop.dtype == np.int32
        assert by_arrays.tolist() == by_loop.tolist()
