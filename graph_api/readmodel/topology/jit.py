"""How hot loops run: plain Python functions over arrays, which numba turns into machine code once that is worth it.

To import numba and load its code costs about as much as one look at a city of 35,000 things takes interpreted. So a
process begins interpreted, and goes over to machine code for good when a grid is LARGE, when it has spent BUDGET_S in
interpreted loops, or when it is told to (a server, at its start). Answers are the same either way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from threading import Event
from time import thread_time
from types import FunctionType
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from graph_api.settings import may_compile

Function = TypeVar("Function", bound=Callable[..., Any])

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]

LARGE = 80_000
"""Length of a grid's arrays from which on its loops are never interpreted."""
BUDGET_S = 0.4
"""Time in interpreted loops after which machine code pays: about what going over costs (numba 0.2 s, its code 0.2)."""


class Kernel:
    """A hot loop: calls go to the function itself, or to its machine code."""

    def __init__(self, function: FunctionType, arrays: Callable[..., Any] | None = None) -> None:
        update_wrapper(self, function)
        self.function = function
        self.interpreted: Callable[..., Any] = arrays or function
        """What runs before there is machine code: whole arrays at once where that is the same and faster."""
        self.run: Callable[..., Any] = self._interpreted
        self.machine_code: Any = None
        """numba's dispatcher; None = it was not asked for yet."""

    def __call__(self, *args: Any) -> Any:
        """What the function gives."""
        return self.run(*args)

    @property
    def has_machine_code(self) -> bool:
        """Whether machine code of it was loaded or made in this process."""
        return self.machine_code is not None and bool(self.machine_code.signatures)

    def compiled(self) -> Any:
        """Numba's dispatcher of this kernel, whose calls to other kernels stay in machine code.

        The code is kept on disk where the package or the user has a writable folder, else only in this process.
        """
        if self.machine_code is None:
            from numba import njit

            names = {
                name: value.compiled() if isinstance(value, Kernel) else value
                for name, value in self.function.__globals__.items()
                if name in self.function.__code__.co_names
            }
            function = FunctionType(self.function.__code__, {**names, "__name__": self.function.__module__})
            function.__module__, function.__qualname__ = self.function.__module__, self.function.__qualname__
            try:
                self.machine_code = njit(cache=True, nogil=True)(function)
            except RuntimeError:
                self.machine_code = njit(nogil=True)(function)
        return self.machine_code

    def to_machine_code(self) -> None:
        """Have the next call, and all later ones, run machine code."""
        self.run = self._first_compiled

    def _first_compiled(self, *args: Any) -> Any:
        self.run = self.compiled()
        return self.run(*args)

    def _interpreted(self, *args: Any) -> Any:
        if _spent[0] > BUDGET_S and _may_compile:
            use_machine_code()
            return self.run(*args)
        before, started = _spent[0], thread_time()
        found = self.interpreted(*args)
        _spent[0] = before + thread_time() - started
        return found


KERNELS: list[Kernel] = []
"""Every kernel, in order of import."""
_may_compile = may_compile()
_gone_over = Event()
_spent = [0.0]
"""Seconds of work in interpreted loops so far, not of waiting."""


def compiled(function: Function) -> Function:
    """The function as a kernel."""
    made: Function = compiled_beside(None)(function)
    return made


def compiled_beside(arrays: Callable[..., Any] | None) -> Callable[[Function], Function]:
    """The function as a kernel that, while it is interpreted, runs this one over whole arrays: the same answers."""

    def made(function: Function) -> Function:
        kernel = Kernel(cast(FunctionType, function), arrays)
        KERNELS.append(kernel)
        if _gone_over.is_set():
            kernel.to_machine_code()
        return cast(Function, kernel)

    return made


def compiled_loop(function: Function) -> Function:
    """A kernel that touches arrays one element at a time and allocates none: interpreted, it runs over memory views.

    Python reads one element of a memory view three times as fast as one of an array.
    """

    def over_views(*args: Any) -> Any:
        return function(*(each.data if isinstance(each, np.ndarray) else each for each in args))

    made: Function = compiled_beside(over_views)(function)
    return made


def expect(length: int) -> None:
    """Go over to machine code if the arrays that are going to be asked about are so long that it pays."""
    if length > LARGE:
        use_machine_code()


def use_machine_code() -> None:
    """Go over to machine code, unless NUMBA_DISABLE_JIT forbids it. A kernel's code is loaded at its first call."""
    if _may_compile:
        _gone_over.set()
        for kernel in KERNELS:
            kernel.to_machine_code()
