"""What every kernel does with its scratch memory: marks vertices, lines them up, and leaves no mark behind."""

from __future__ import annotations

from graph_api.readmodel.topology.jit import Flags, Ints, compiled, compiled_beside


def _mark(marks: Flags, vertices: Ints, flag: int) -> None:
    marks[vertices] |= flag


def _clear(marks: Flags, vertices: Ints) -> None:
    marks[vertices] = 0


@compiled_beside(_mark)
def mark(marks: Flags, vertices: Ints, flag: int) -> None:
    """Give these vertices a flag.

    marks=[0, 1], vertices=[1], flag=2   ->   marks=[0, 3]
    """
    for vertex in vertices:
        marks[vertex] |= flag


@compiled_beside(_clear)
def clear(marks: Flags, vertices: Ints) -> None:
    """Take all flags of these vertices away.

    marks=[1, 3], vertices=[1]   ->   marks=[1, 0]
    """
    for vertex in vertices:
        marks[vertex] = 0


@compiled
def lined_up(marks: Flags, vertices: Ints, flag: int, queue: Ints, tail: int) -> int:
    """Put those of the vertices that lack the flag at the end of the queue, and give it to them; its new end.

    marks=[1, 0], vertices=[0, 1, 1], flag=1, queue=[...], tail=0   ->   1, queue=[1, ...]
    """
    for vertex in vertices:
        if not marks[vertex] & flag:
            marks[vertex] |= flag
            queue[tail] = vertex
            tail += 1
    return tail
