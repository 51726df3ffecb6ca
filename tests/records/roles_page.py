"""docs/roles.md, made from the tables of access: `python -m tests.records roles.md [--check]`."""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.commands.registry import COMMANDS
from schema.access import CHANGES, GRANTS, QUESTIONS, SCOPED, AccessRole, Act, Sight
from schema.belonging import BELONGING, Way, Whose
from schema.reference import reference
from tests.records.page import DOCS

PAGE = DOCS / "roles.md"
_SEEN = {
    None: "masked",
    Sight.OWN: "of the person, of the customers that the person manages now, and of who is assigned to these now",
    Sight.STAFF: "of the utility's own people and teams; of whom an open incident concerns, for a reason",
}


def _yes(is_so: bool) -> str:
    return "yes" if is_so else ""


def _roles() -> Iterator[str]:
    yield "| role | " + " | ".join(f"{act.zh} {act.en}" for act in Act) + " | numbers |"
    yield "|---|" + "---|" * (len(Act) + 1)
    for role in AccessRole:
        grant = GRANTS[role]
        cells = [_yes(act in grant.acts) for act in Act]
        yield f"| `{role.value}` {role.zh} | {' | '.join(cells)} | {_SEEN[grant.sight]} |"


def _acts() -> Iterator[str]:
    yield "| act | questions | changes |"
    yield "|---|---|---|"
    for act in Act:
        questions = [f"`{name}`" for name, needed in sorted(QUESTIONS.items()) if needed is act]
        commands = [command.command_name() for command in COMMANDS if command.act is act]
        others = [name for name, needed in CHANGES.items() if needed is act]
        changes = sorted(f"`{name}`" for name in (*commands, *others))
        yield f"| `{act.value}` {act.zh} | {', '.join(questions)} | {', '.join(changes)} |"


def _belonging() -> Iterator[str]:
    yield "| kind | belongs to | where it has none of these | why |"
    yield "|---|---|---|---|"
    for kind, rule in BELONGING.items():
        first = ", ".join(map(_way, rule.ways)) or _WHOSE[rule.whose]
        yield f"| `{kind.label}` {kind.zh} | {first} | {', '.join(map(_way, rule.otherwise))} | {rule.why} |"


def _way(way: Way) -> str:
    return f"`{way.kind.value}`" if way.along else f"what `{way.kind.value}` it"


def _personal() -> Iterator[str]:
    for kind in reference().kinds:
        for field in kind.fields:
            if field.personal:
                yield f"- `{kind.label}.{field.name}` {field.zh}: {field.en}"


_WHOSE = {
    Whose.EVERYBODYS: "everybody",
    Whose.NOBODYS: "nobody: seen by who has no scope alone",
    Whose.CONCERNED: "whoever has in scope any plant or customer that it is about",
}
_BELONGING = """
## What belongs to whom

Who has a scope, some organisations and areas, sees what belongs to one of them or to anything below, over any number of
steps ([access.md](access.md#scopes)); what stands not here belongs to nobody.
"""
_WHOLE = """
Refused to who has a scope, as they tell of the whole grid:
"""
_HEAD = """# Roles

Made from `schema/access.py` and `schema/belonging.py`. What stands not here nobody may.
How roles are given: [access.md](access.md).
"""
_ACTS = """
## What each act allows

`READ` is asked of every request.
"""
_PERSONAL = """
## Personal values

Masked wherever they leave the service for who does not see them; in free texts whatever may be one.
"""


def roles_page() -> str:
    """The reference page of roles, in Markdown."""
    whole = ", ".join(f"`{name}`" for name in sorted(QUESTIONS.keys() - SCOPED))
    lines = [_HEAD, *_roles(), _ACTS, *_acts(), _WHOLE, f"{whole}.", _BELONGING, *_belonging(), _PERSONAL, *_personal()]
    return "\n".join(lines) + "\n"
