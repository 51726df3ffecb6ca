"""Whether the texts of a load are one model, and what of it is missing: told by headers and by who speaks of whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from loaders.cim.classes import EQUIPMENT
from loaders.cim.merge import clash
from loaders.cim.model import Model
from loaders.cim.parse import CimObject, Reference
from loaders.cim.profiles import Profile
from loaders.cim.texts import Text
from schema.errors import LoadError
from schema.words import say

STATE_OF_NOW = frozenset({"open", "p", "pfixed", "pFixed"})
"""Properties that say how a switch stands or what a load takes."""
_NEEDS_EQ = {
    Profile.TP: say("the topology (TP)"),
    Profile.SV: say("results of a power flow (SV)"),
    Profile.GL: say("places (GL)"),
    Profile.DL: say("places on diagrams (DL)"),
    Profile.DY: say("dynamics (DY)"),
    Profile.SSH: say("switch positions and loads (SSH)"),
}


def check_whole(texts: Sequence[Text], *, as_one: bool) -> None:
    """Raise LoadError for texts that are not one model; `as_one`: the user says that they are one system's."""
    for text in texts:
        if text.profile is not Profile.EQ and not any(other.profile is Profile.EQ for other in texts):
            raise needs_eq(text)
    _check_versions(texts)
    if all(text.header.boundary for text in texts if text.profile is Profile.EQ):
        raise LoadError(
            say(
                "{file} is a boundary set: nodes that models share, and no equipment. Load it together with the EQ "
                "file of the model that it belongs to.",
                file=texts[0].name,
            ),
            file=texts[0].name,
        )
    _check_twins(texts)
    _check_speakers(texts)
    _check_nodes(texts)
    if not as_one:
        _check_one_model(texts)


def needs_eq(text: Text) -> LoadError:
    """Why a text cannot be loaded without the equipment of its model, which it names where its header does."""
    named = ", ".join(text.header.needs)
    message = say(
        "{file} holds {what} of a model and nothing of the equipment itself. Load it together with the EQ file of that "
        "model: baodian load EQ.xml {file}",
        file=text.name,
        what=_NEEDS_EQ[text.profile],
    )
    if named:
        message = say("{message} (by its header it depends on {models})", message=message, models=named)
    return LoadError(message, file=text.name)


def _check_versions(texts: Sequence[Text]) -> None:
    by_key = {text.header.key: text for text in texts if text.header.key}
    for text in texts:
        for old in text.header.replaces:
            if old in by_key and by_key[old] is not text:
                raise LoadError(
                    say(
                        "{new} replaces {old} (Model.Supersedes): they are two versions of one model. Load {new} "
                        "without {old}.",
                        new=text.name,
                        old=by_key[old].name,
                    ),
                    file=by_key[old].name,
                )


def _check_twins(texts: Sequence[Text]) -> None:
    """Two files that wire the same terminals and are not alike are two versions, or two models with the same ids."""
    wired = [(text, {item.key: item for item in text.content.objects}) for text in texts if text.profile is Profile.EQ]
    for place, (one, objects) in enumerate(wired):
        for other, others in wired[place + 1 :]:
            common = objects.keys() & others.keys()
            if not any(wires(objects[key]) and wires(others[key]) for key in common):
                continue
            odd = next((key for key in (*objects, *others) if _differs(objects.get(key), others.get(key))), None)
            if odd is None or any(clashes(objects[key], others[key]) for key in common):
                continue  # what contradicts itself is told with the property, when it is merged
            item = objects.get(odd) or others[odd]
            raise LoadError(
                say(
                    "{first} and {second} hold the same terminals, and are not alike: {cls} {named} is not the same in "
                    "both. They are two versions of one model, or two models with the same identities: load one of "
                    "them. Nothing was loaded.",
                    first=one.name,
                    second=other.name,
                    cls=item.cls,
                    named=item.values.get("name") or item.named,
                ),
                file=other.name,
            )


def wires(item: CimObject) -> bool:
    """Whether an element says of which equipment a terminal is."""
    return item.cls == "Terminal" and "ConductingEquipment" in item.values


def clashes(one: CimObject, other: CimObject) -> bool:
    """Whether two elements cannot be put together."""
    return one.cls != other.cls or any(clash(one, other, name) for name in other.values)


def _differs(one: CimObject | None, other: CimObject | None) -> bool:
    return (
        one is None or other is None or (one.cls, one.values, one.repeated) != (other.cls, other.values, other.repeated)
    )


def _check_speakers(texts: Sequence[Text]) -> None:
    """A text that speaks of objects, and of none that the load defines, is of another model."""
    defined = {item.key.casefold() for text in texts if text.profile is Profile.EQ for item in text.content.objects}
    for text in texts:
        defined.update(key.casefold() for key in text.content.unread_keys)
    for text in texts:
        if text.profile not in (Profile.SSH, Profile.TP) or not text.content.objects:
            continue
        spoken = [item for item in text.content.objects if item.cls != "TopologicalNode"]
        if spoken and not any(item.key.casefold() in defined for item in spoken):
            model = next(each for each in texts if each.profile is Profile.EQ)
            needs = ", ".join(text.header.needs) or say("not named in its header")
            raise LoadError(
                say(
                    "{file} is of another model: none of the {count} objects that it speaks of is in {model} (what it "
                    "depends on: {needs}). Load each with the files of its own model. Nothing was loaded.",
                    file=text.name,
                    count=len(spoken),
                    model=model.name,
                    needs=needs,
                ),
                file=text.name,
            )


def _check_nodes(texts: Sequence[Text]) -> None:
    """Terminals that stand on no node at all join nothing: in a bus-branch model the nodes are in another file."""
    terminals = [(text, item) for text in texts for item in text.content.objects if item.cls == "Terminal"]
    if terminals and not any(
        name in item.values for _, item in terminals for name in ("ConnectivityNode", "TopologicalNode")
    ):
        file = terminals[0][0].name
        raise LoadError(
            say(
                "{file}: none of its {count} terminals stands on a node, so nothing in it is joined. The nodes are in "
                "the TP file (topology) of the model: load both together: baodian load {file} TP.xml",
                file=file,
                count=len(terminals),
            ),
            file=file,
        )


def _check_one_model(texts: Sequence[Text]) -> None:
    groups: dict[int, list[Text]] = defaultdict(list)
    leaders = _leaders(texts)
    for number, text in enumerate(texts):
        if text.profile is Profile.EQ and any(item.cls in EQUIPMENT for item in text.content.objects):
            groups[leaders[number]].append(text)
    if len(groups) > 1:
        names = [group[0].name for group in groups.values()]
        raise LoadError(
            say(
                "These files are {count} models that have nothing in common: {names}. Load one model at a time (each "
                "with its own --system); or give all of them one --system NAME, and they are loaded as one. Nothing "
                "was loaded.",
                count=len(groups),
                names=", ".join(names[:5]),
            )
        )


def _leaders(texts: Sequence[Text]) -> list[int]:
    """For each text the first that it hangs together with, by an identity or a reference in common."""
    leader = list(range(len(texts)))

    def find(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    first: dict[str, int] = {}
    for number, text in enumerate(texts):
        keys = {item.key.casefold() for item in text.content.objects}
        for item in text.content.objects:
            keys.update(value.casefold() for value in item.values.values() if type(value) is Reference)
        keys.update(filter(None, (text.header.key, *text.header.needs)))
        for key in keys:
            other = first.setdefault(key, number)
            one, two = sorted((find(number), find(other)))
            leader[two] = one
    return [find(number) for number in range(len(texts))]


def remark_missing(model: Model) -> None:
    """Name what a set should hold by its headers and does not, and times that do not fit together."""
    texts = model.texts
    present = {text.header.key for text in texts} - {""}
    for text in texts:
        for needed in sorted({*text.header.needs} - present):
            model.remark(
                say("By its header it depends on model {model}, which is not in this load.", model=needed),
                say("Give all files of the set in one load, boundary set included; nothing to do if all is here."),
                text.name,
            )
    states = [text for text in texts if text.profile in (Profile.SSH, Profile.TP, Profile.SV) and text.header.scenario]
    if len({text.header.scenario for text in states}) > 1:
        times = ", ".join(f"{text.name} {text.header.scenario:%Y-%m-%dT%H:%M:%SZ}" for text in states)
        model.remark(
            say("The files are of different times (Model.scenarioTime): {times}.", times=times),
            say("Export all of them for one time."),
        )
    has_header = any(text.header.profiles for text in texts)
    if has_header and not any(text.profile is Profile.SSH for text in texts) and not has_states(model):
        model.remark(
            say("There is no SSH file: switches are in their normal positions, and loads have no figures."),
            say("Load the SSH file of the model too, now or later."),
        )


def has_states(model: Model) -> bool:
    """Whether anything states a position or a load: not so in an EQ file by itself."""
    return any(not STATE_OF_NOW.isdisjoint(item.values) for item in model.equipment()) or bool(
        model.each("SwitchPhase") or model.each("EnergyConsumerPhase")
    )
