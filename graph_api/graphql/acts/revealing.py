"""Revealing (查看号码): numbers that an open incident concerns, for a reason that the audit keeps, in one step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import strawberry

from graph_api.commands.checks import Checks
from graph_api.graphql.commands.payloads import UserError, user_errors
from graph_api.graphql.context import Context, Info, Reveal
from graph_api.graphql.entities import Contact
from graph_api.graphql.fields import about, resolved
from graph_api.services.incident.concerned import Concern
from graph_api.services.incident.room import told
from schema.incident import Incident
from schema.personal_texts import without_personal
from schema.registry import EntityKind
from schema.words import say

MOST_THINGS = 500
MOST_WORDS = 200


@strawberry.input(description="查看号码: 查看何人的号码、因何查看。 Whose numbers are to be shown, and why.")
class RevealContactInput:
    """What is asked for."""

    of: list[strawberry.ID] = strawberry.field(
        description="对象: 客户、人员、班组、联系方式或设备的标识，最多 500 个；客户和设备含其责任人员。 Ids of "
        "customers, people, teams, contacts or equipment, at most 500; of customers and equipment also who answers for "
        "them."
    )
    incident: strawberry.ID = strawberry.field(
        description="应急事件: 未结案事件的标识，演练除外。 Id of an incident that is open and no exercise."
    )
    reason: str = strawberry.field(
        description="理由: 因何查看，最多 200 个字符，记入审计。 Why, at most 200 characters; it stands in the audit."
    )


@strawberry.type(description="查看结果: 所涉联系方式及其号码。 The contacts concerned, with their numbers.")
class RevealContactPayload:
    """What came of it."""

    contacts: list[Contact] = strawberry.field(
        description="联系方式: 号码未经隐去；与事件无关的对象不在其中。 Unmasked; none of what the incident does not "
        "concern."
    )
    user_errors: list[UserError] = strawberry.field(
        description="输入错误: 输入有何问题；其余对象的号码照常给出。 What is wrong with the input; of all else the "
        "numbers are given."
    )


async def _reveal(
    info: Info,
    input: Annotated[RevealContactInput, about("输入: 查看何人的号码、因何查看。 Whose numbers, and why.")],
) -> RevealContactPayload | None:
    return await asyncio.to_thread(_revealed, info.context, input)  # whom an incident hits may take a while


def _revealed(context: Context, input: RevealContactInput) -> RevealContactPayload:
    checks = Checks(context.graph)
    concern = _concern(context, checks, input)
    found = [] if concern is None else list(_found(checks, concern, input.of))
    context.graph.admit(found)
    ids = tuple(dict.fromkeys(context.graph.id(at) for at in found))
    if ids:
        context.reveal(Reveal(ids, context.graph.id(context.graph.index(input.incident)), _kept(input.reason)))
    contacts: list[Any] = [context.graph.entity(context.graph.index(id)) for id in ids]
    return RevealContactPayload(contacts=contacts, user_errors=user_errors(checks.problems))


def _kept(reason: str) -> str:
    """A reason as the audit keeps it: without numbers, which never stand there."""
    return without_personal(reason.strip())


def _concern(context: Context, checks: Checks, sent: RevealContactInput) -> Concern | None:
    """What the incident concerns; None where the reason or the incident gives no right to ask."""
    checks.words("reason", sent.reason, MOST_WORDS)
    if len(sent.of) > MOST_THINGS:
        checks.refuse("of", say("Send at most {most} of them.", most=MOST_THINGS))
    index = checks.of_kind("incident", sent.incident, EntityKind.INCIDENT, say("the incident"))
    state = None if index is None else told(context.whole, index).state
    if index is not None and (state is None or not state.is_open):
        checks.refuse("incident", say("It is closed; `reopenIncident` first."))
    elif index is not None and context.graph.get(Incident, index).exercise:
        checks.refuse("incident", say("An exercise is no reason to see numbers: nothing of it is real."))
    return None if checks.problems or state is None else Concern(context.whole, state, context.now)


def _found(checks: Checks, concern: Concern, ids: Sequence[str]) -> Iterator[int]:
    for place, id in enumerate(ids):
        index = checks.thing(f"of.{place}", id, say("the thing"))
        contacts = () if index is None else concern.contacts_of(index)
        if contacts is None and index is not None:
            checks.refuse(
                f"of.{place}",
                say("This incident does not concern {thing}, as far as is known.", thing=checks.called(index)),
            )
        yield from contacts or ()


REVEALING = {
    "reveal_contact": resolved(
        _reveal,
        "查看号码: 凭未结案事件和理由，查看所涉人员的号码，一步完成并记入审计；不改变图谱。 Shows the numbers of whom "
        "an open incident concerns, for a reason, in one step; the audit tells who, why and which. It changes nothing.",
    )
}
"""Mutations by the name of their field."""
