"""All that the texts of a load say of one object becomes one object.

    EQ   Breaker #_Q1  name, normalOpen=false ─┐
                                               ├─  Breaker Q1: name, normalOpen=false, open=true
    SSH  Breaker #_Q1  open=true ──────────────┘

Texts that define come before texts that only speak, whichever came first in the load. Of two statements of a property,
that of a state (a position, a load) is SSH's, every other one the definition's; two texts of one profile that differ
are two versions, and no load. A UUID is one in any writing; any other identity is matched in its very letters first,
else in any case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from loaders.cim.classes import ABSTRACT
from loaders.cim.parse import CimObject, Reference
from loaders.cim.profiles import DEFINED_BY, STATE, Profile
from loaders.cim.texts import Text
from schema.errors import LoadError
from schema.words import say

_ORDER = (Profile.EQ, Profile.TP, Profile.SSH, Profile.SV, Profile.GL, Profile.DL, Profile.DY)

Note = Callable[[CimObject, str, str, str, str], None]
"""Item, column, value, reason, remedy."""


MANY = frozenset({
    "aliasName", "PowerElectronicsUnit", "NormalHeadTerminal", "TraceStart", "AdditionalEquipmentContainer",
    "AdditionalGroupedEquipment", "Equipments", "UsagePoints", "CustomerAgreements", "PowerSystemResources",
})  # fmt: skip
"""Properties of which an object may have several, and several texts one each."""


class Merger:
    """Merges the objects of texts; `reject` and `find` are told what could not be taken as it stands."""

    def __init__(self, texts: Sequence[Text], reject: Note, find: Note, definer: Profile = Profile.EQ) -> None:
        self._texts, self._definer = texts, definer
        self._given = [text for text in texts if definer in (Profile.EQ, text.profile)]
        """Those that are read: all of a model; of what only updates one, those of the one profile."""
        self._reject, self._find = reject, find
        self.objects: dict[str, CimObject] = {}
        self.read: Counter[int] = Counter()
        """Elements in the account of each text, by its place."""
        self.unread: dict[str, str] = {}
        """Class of every object that is not read, by its key."""
        for text in self._given:
            self.unread.update(text.content.unread_keys)
        self._stated: dict[tuple[str, str], int] = {}
        self._one_writing()
        for text in sorted(self._given, key=lambda text: _ORDER.index(text.profile)):
            for item in text.content.objects:
                self._admit(text, item)

    def _one_writing(self) -> None:
        """Write every identity as its definition does, so that `#_q1` finds `_Q1` where only that is defined."""
        defined = {item.key for text in self._given for item in text.content.objects if self._defines(text, item)}
        folded: dict[str, set[str]] = defaultdict(set)
        for key in defined:
            folded[key.casefold()].add(key)

        def written(key: str) -> str:
            found = () if key in defined else folded.get(key.casefold(), ())
            return next(iter(found)) if len(found) == 1 else key

        for item in (item for text in self._given for item in text.content.objects):
            item.key = written(item.key)
            for name, value in item.values.items():
                if type(value) is Reference:
                    item.values[name] = Reference(written(value))
            for name, values in item.repeated.items():
                item.repeated[name] = [Reference(written(each)) if type(each) is Reference else each for each in values]

    def _admit(self, text: Text, item: CimObject) -> None:
        whole = self.objects.get(item.key) if item.key else None
        if whole is None and item.key in self.unread and not self._defines(text, item):
            reason = say("it belongs to a {unread}, a class that is not modelled", unread=self.unread[item.key])
            text.account.left_out[say("class {cls}: {reason}", cls=item.cls, reason=reason)] += 1
            return
        self.read[item.part] += 1
        if not item.key:
            self._reject(item, "rdf:ID", "", say("the object has neither rdf:ID nor rdf:about"), say("Give it one."))
        elif whole is not None:
            self._add(text, whole, item)
        elif self._defines(text, item):
            self.objects[item.key] = item
        else:
            reason = say("no file of this load defines it")
            remedy = say("Load it together with the EQ file of its own model.")
            self._reject(item, "rdf:about", item.named, reason, remedy)

    def _defines(self, text: Text, item: CimObject) -> bool:
        if item.cls in ABSTRACT:
            return text.profile is self._definer is Profile.SSH
        return text.profile is self._definer or item.cls in DEFINED_BY.get(text.profile, ())

    def _add(self, text: Text, whole: CimObject, item: CimObject) -> None:
        """Add what an element says of an object that is known already."""
        if (whole.cls, whole.values, whole.repeated) == (item.cls, item.values, item.repeated):
            text.account.duplicates += 1
            return
        if item.cls not in (whole.cls, *ABSTRACT) and text.profile is Profile.EQ:
            self._refuse(whole, item, self._texts[whole.part], text, "")
            return
        clashes = [name for name in item.values if clash(whole, item, name)]
        for name in clashes:
            stated_by = self._texts[self._stated.get((item.key, name), whole.part)]
            if stated_by.profile is text.profile:
                self._refuse(whole, item, stated_by, text, name)
                return
        for name in clashes:
            if name not in STATE or text.profile is not Profile.SSH:
                kept = self._texts[self._stated.get((item.key, name), whole.part)].name
                reason = say("{file} says {value!r}, which was taken", file=kept, value=whole.values[name])
                self._find(
                    item, name, item.values[name], reason, say("Export all files of the model anew at one time.")
                )
        self._merge(text, whole, item, clashes)

    def _merge(self, text: Text, whole: CimObject, item: CimObject, clashes: list[str]) -> None:
        for name, value in item.values.items():
            if name in clashes:
                if name not in STATE or text.profile is not Profile.SSH:
                    continue
                whole.values[name] = value
            elif name not in whole.values:
                whole.values[name] = value
                if name in item.repeated:
                    whole.repeated[name] = item.repeated[name]
            elif name in MANY:
                more = [each for each in item.all_of(name) if each not in whole.all_of(name)]
                whole.repeated[name] = [*whole.repeated.get(name, ()), *more]
                continue
            else:
                continue
            self._stated[item.key, name] = item.part
        whole.more.append(item)

    def _refuse(self, whole: CimObject, item: CimObject, first: Text, second: Text, name: str) -> None:
        """Reject the second of two elements of one text; two texts that contradict each other are no load."""
        if first is second:
            reason = say(
                "line {line} has another {cls} of the same identity; the first was taken",
                line=whole.line,
                cls=whole.cls,
            )
            self._reject(item, "rdf:ID", item.named, reason, say("Give one of them an identity of its own."))
            return
        if not name:
            name, values = "class", (whole.cls, item.cls)
        else:
            values = (whole.values[name], item.values[name])
        raise LoadError(
            say(
                "{first} and {second} contradict each other: {name} of {cls} {named} is {one!r} in the one and "
                "{other!r} in the other (line {line}). They are two versions of one model: load the one that is right "
                "now, without the other. Nothing was loaded.",
                first=first.name,
                second=second.name,
                name=name,
                cls=whole.cls,
                named=whole.values.get("name") or whole.named,
                one=values[0],
                other=values[1],
                line=item.line,
            ),
            file=second.name,
        )


def clash(whole: CimObject, item: CimObject, name: str) -> bool:
    """Whether two elements say different things of a property that can have but one value."""
    before, now = whole.values.get(name), item.values[name]
    if before is None or before == now or name in MANY:
        return False
    return name != "mRID" or before.casefold() != now.casefold()
