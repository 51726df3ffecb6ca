"""Whole (全部可见): how much of a snapshot is there for who asks: everything, but in a view of a part (`scoped`)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


class Whole:
    """Everything is there."""

    __slots__ = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything is there."""
        return True

    @property
    def outside(self) -> npt.NDArray[np.bool_] | None:
        """Per index whether it is not there; None = everything is."""
        return None

    def holds(self, index: int) -> bool:  # noqa: ARG002  (a view of a part says otherwise)
        """Whether an entity is there."""
        return True

    def admit(self, indexes: Iterable[int]) -> None:
        """Have the answer name these entities, whether they are there or not."""
