"""How hot loops are compiled: plain Python functions over arrays that numba turns into machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]


def compiled(function: Function) -> Function:
    """The function, compiled at its first call, without the interpreter's lock.

    The machine code is kept on disk where the package or the user has a writable folder, else only in this process.
    """
    try:
        return cast(Function, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(Function, njit(nogil=True)(function))
