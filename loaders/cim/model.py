"""The objects of one CIM file, by key, with what happened to each: the ledger behind the account."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from datetime import datetime
from pathlib import Path

from loaders.cim.classes import DIFFERENCE_MODEL, EQUIPMENT, OWNERS, READ
from loaders.cim.parse import CimObject, parse
from loaders.report import FileAccount, LoadReport, Reject
from schema.errors import LoadError
from schema.words import say


class Model:
    """All objects of a file that the loader reads. `reject` and `leave_out` keep the account."""

    def __init__(self, path: Path, report: LoadReport) -> None:
        self.file = path.name
        self.report = report
        self.account = FileAccount(file=path.name)
        report.accounts.append(self.account)
        self.objects: dict[str, CimObject] = {}
        self._of_class: dict[str, dict[str, CimObject]] = defaultdict(dict)
        self._parts: dict[str, dict[str, list[CimObject]]] = {}
        self._unread: dict[str, str] = {}
        self._read = 0
        self._rejected: set[int] = set()
        with closing(parse(path)) as objects:
            for item in objects:
                self._admit(item)
        self._check_owners()

    def _admit(self, item: CimObject) -> None:
        if item.cls.endswith(DIFFERENCE_MODEL):
            raise LoadError(
                say(
                    "{file} is a difference model (IEC 61970-552), which holds changes and no whole model. "
                    "Export the full model.",
                    file=self.file,
                )
            )
        if item.cls.removeprefix("md:") == "FullModel":
            self.account.as_of = _moment(item.values.get("scenarioTime") or item.values.get("created"))
            return
        if item.cls not in READ:
            self._unread[item.key] = item.cls
            self.account.left_out[say("class {cls} is not modelled", cls=item.cls)] += 1
            return
        self._read += 1
        twin = self.objects.get(item.key) if item.key else None
        if not item.key:
            self.reject(item, "rdf:ID", "", say("the object has neither rdf:ID nor rdf:about"), say("Give it one."))
        elif twin is None:
            self.objects[item.key] = item
            self._of_class[item.cls][item.key] = item
        elif (twin.cls, twin.values, twin.repeated) == (item.cls, item.values, item.repeated):
            self.account.duplicates += 1
        else:
            reason = say(
                "line {line} has another {cls} of the same identity; the first was taken", line=twin.line, cls=twin.cls
            )
            self.reject(item, "rdf:ID", item.key, reason, say("Give one of them an identity of its own."))

    def _check_owners(self) -> None:
        """Reject parts of objects that are not there: tanks before their ends, so that a hole shows everywhere."""
        for cls, attributes in OWNERS.items():
            for item in self.each(cls):
                if not any(self.target(item, attribute) for attribute in attributes):
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
        """Do not take an object; what refers to it then refers to nothing."""
        if id(item) in self._rejected:
            return
        self._rejected.add(id(item))
        self.account.rejected += 1
        if self.objects.get(item.key) is item:
            del self.objects[item.key]
            self._of_class[item.cls].pop(item.key)
        self.report.rejects.append(self._row(item, column, value, reason, remedy))

    def find(self, item: CimObject, column: str, value: str, reason: str, remedy: str) -> None:
        """Note something about an object that is taken all the same."""
        self.report.findings.append(self._row(item, column, value, reason, remedy))

    def remark(self, reason: str, remedy: str) -> None:
        """Note something about the file as a whole."""
        self.report.findings.append(Reject(file=self.file, row=0, reason=reason, remedy=remedy))

    def leave_out(self, classes: tuple[str, ...], reason: str) -> None:
        """Take whole classes out of the account, saying why."""
        for cls in classes:
            count = len(self._of_class.pop(cls, ()))
            if count:
                self._read -= count
                self.account.left_out[say("class {cls}: {reason}", cls=cls, reason=reason)] += count

    def close(self) -> None:
        """Write the account: all that was read and neither rejected nor a duplicate was taken."""
        account = self.account
        account.rows_read = self._read
        account.taken = self._read - account.duplicates - account.rejected

    def _row(self, item: CimObject, column: str, value: str, reason: str, remedy: str) -> Reject:
        named = f"{item.cls} {item.values.get('name') or item.key}"
        return Reject(
            file=self.file,
            row=item.line,
            column=column,
            value=value,
            reason=say("{named}: {reason}", named=named, reason=reason),
            remedy=remedy,
        )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
