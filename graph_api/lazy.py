"""Lazy: properties that are worked out once, for objects that several threads look at.

`functools.cached_property` of Python 3.11 holds one lock for all objects of a class while it works: of two threads that
look at two objects, each working out a property that needs the other one, neither ever goes on.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property(functools.cached_property):
        """Without a lock: threads that ask at the same time work twice, and get the first one's result."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            if instance is None:
                return self
            held = vars(instance)
            name = self.attrname
            return held[name] if name in held else held.setdefault(name, self.func(instance))


__all__ = ["cached_property"]
