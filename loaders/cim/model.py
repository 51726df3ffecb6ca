"""The objects of one load, by key, with what happened to each: the ledger behind the accounts of its texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from loaders.cim.classes import DIAGRAMS, EQUIPMENT, OWNERS
from loaders.cim.merge import Merger
from loaders.cim.parse import CimObject
from loaders.cim.profiles import DEFINED_BY, Profile
from loaders.cim.texts import Text
from loaders.report import LoadReport, Reject
from schema.words import say


class Model:
    """All objects of the texts of a load that the loader reads. `reject` and `leave_out` keep the accounts."""

    def __init__(self, texts: Sequence[Text], report: LoadReport, definer: Profile = Profile.EQ) -> None:
        self.texts = texts
        self.report = report
        self._definer = definer
        self.main = next((text.name for text in texts if text.profile is definer), texts[0].name)
        self._of_class: dict[str, dict[str, CimObject]] = defaultdict(dict)
        self._parts: dict[str, dict[str, list[CimObject]]] = {}
        self._rejected: set[int] = set()
        merged = Merger(texts, self.reject, self.find, definer)
        self.objects = merged.objects
        self._unread, self._read = merged.unread, merged.read
        for key, item in self.objects.items():
            self._of_class[item.cls][key] = item
        self._check_owners(OWNERS if definer is Profile.EQ else DEFINED_BY.get(definer, ()))

    def _check_owners(self, classes: Collection[str]) -> None:
        """Reject parts of objects that are not there: tanks before their ends, so that a hole shows everywhere."""
        for cls, attributes in OWNERS.items():
            for item in self.each(cls) if cls in classes else ():
                if any(self.target(item, attribute) for attribute in attributes):
                    continue
                if cls in DIAGRAMS and (unread := self._unread.get(item.values.get(attributes[0], ""))):
                    reason = say("it belongs to a {unread}, a class that is not modelled", unread=unread)
                    self.leave_out_objects([item], reason)
                else:
                    self._reject_orphan(item, attributes)

    def _reject_orphan(self, item: CimObject, attributes: tuple[str, ...]) -> None:
        named = [(attribute, item.values[attribute]) for attribute in attributes if attribute in item.values]
        attribute, reference = named[0] if named else (attributes[0], "")
        if not reference:
            reason = say("{cls} names no {attributes}", cls=item.cls, attributes=" or ".join(attributes))
        elif reference in self._unread:
            reason = say("it belongs to a {unread}, a class that is not modelled", unread=self._unread[reference])
        else:
            reason = say("it refers to an object that the file does not hold")
        self.reject(item, attribute, reference, reason, say("Export the model whole, with the object referred to."))

    def each(self, cls: str) -> list[CimObject]:
        """The objects of a class that were not rejected, in the order of the file."""
        return list(self._of_class.get(cls, {}).values())

    def parts(self, cls: str, owner: str) -> dict[str, list[CimObject]]:
        """The objects of a folded class by the key of the object that they are part of; made once."""
        found = self._parts.get(cls)
        if found is None:
            found = self._parts[cls] = defaultdict(list)
            for item in self.each(cls):
                found[item.values[owner]].append(item)
        return found

    def target(self, item: CimObject, attribute: str) -> CimObject | None:
        """The object that a property refers to, if the file holds it and it was not rejected."""
        return self.objects.get(item.values.get(attribute, ""))

    def reference(self, item: CimObject, attribute: str) -> CimObject | None:
        """Like `target`, and a reference to nothing is a finding: the object is taken without it."""
        found = self.target(item, attribute)
        value = item.values.get(attribute)
        if found is None and value and value not in self._unread:
            self.find(
                item,
                attribute,
                value,
                say("it refers to an object that the file does not hold; taken without it"),
                say("Export the model whole, with the object referred to."),
            )
        return found

    def equipment(self) -> list[CimObject]:
        """All conducting equipment that was not rejected, in the order of EQUIPMENT's classes."""
        return [item for cls in EQUIPMENT for item in self.each(cls)]

    def reject(self, item: CimObject, column: str, value: str, reason: str, remedy: str) -> None:
        """Do not take an object, whatever texts speak of it; what refers to it then refers to nothing."""
        if id(item) in self._rejected:
            return
        self._rejected.add(id(item))
        of_class = self._of_class[item.cls]
        if of_class.get(item.key) is item:
            del self.objects[item.key], of_class[item.key]
        for each in (item, *item.more):
            self.texts[each.part].account.rejected += 1
            self.report.rejects.append(self._row(each, column, value, reason, remedy))

    def find(self, item: CimObject, column: str, value: str, reason: str, remedy: str) -> None:
        """Note something about an object that is taken all the same."""
        self.report.findings.append(self._row(item, column, value, reason, remedy))

    def remark(self, reason: str, remedy: str, file: str = "") -> None:
        """Note something about a text as a whole; without `file`, about the one that defines the model."""
        self.report.findings.append(Reject(file=file or self.main, row=0, reason=reason, remedy=remedy))

    def leave_out(self, classes: tuple[str, ...], reason: str) -> None:
        """Take whole classes out of the account, saying why."""
        for cls in classes:
            self.leave_out_objects(self.each(cls), reason)

    def leave_out_objects(self, items: Iterable[CimObject], reason: str) -> None:
        """Take these objects out of the account, saying why."""
        for item in items:
            self._of_class[item.cls].pop(item.key, None)
            for each in (item, *item.more):
                self._read[each.part] -= 1
                self.texts[each.part].account.left_out[say("class {cls}: {reason}", cls=each.cls, reason=reason)] += 1

    def add(self, item: CimObject) -> None:
        """Add an object that no text holds (a piece of a divided line); it is in no account."""
        self.objects[item.key] = item
        self._of_class[item.cls][item.key] = item

    def close(self) -> None:
        """Write the accounts: all that was read and neither rejected nor a duplicate was taken."""
        for number, text in enumerate(self.texts):
            if self._definer not in (Profile.EQ, text.profile):
                continue
            account = text.account
            account.rows_read = self._read[number]
            account.taken = account.rows_read - account.duplicates - account.rejected

    def load_of(self, item: CimObject) -> int:
        """Number of the SourceLoad of the file that defines an object."""
        return self.texts[item.part].account.load

    def _row(self, item: CimObject, column: str, value: str, reason: str, remedy: str) -> Reject:
        named = f"{item.cls} {item.values.get('name') or item.named}"
        return Reject(
            file=self.texts[item.part].name,
            row=item.line,
            column=column,
            value=value,
            reason=say("{named}: {reason}", named=named, reason=reason),
            remedy=remedy,
        )
