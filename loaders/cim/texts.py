"""The texts of one load, read: each with its header, profile, account and objects."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from loaders.cim.classes import ABSTRACT, DIFFERENCE_MODEL, READ
from loaders.cim.parse import parse
from loaders.cim.parts import Part, parts_of
from loaders.cim.profiles import Content, Header, Profile, header_of, speaks
from loaders.report import FileAccount, LoadReport
from schema.errors import LoadError
from schema.words import say


@dataclass(slots=True)
class Text:
    """One text of the load: its place among them is what its objects carry as `part`."""

    part: Part
    content: Content
    profile: Profile
    account: FileAccount

    @property
    def name(self) -> str:
        """What people are shown."""
        return self.part.name

    @property
    def header(self) -> Header:
        """Its FullModel; an empty one where it has none."""
        return self.content.header


def read_texts(files: Sequence[Path], report: LoadReport, first_load: int) -> list[Text]:
    """All texts in the order of the load. Raises LoadError for a file that cannot be read or is no full model."""
    parts, unread = parts_of(files)
    texts = []
    for number, part in enumerate(parts):
        content = _content(part, number)
        account = FileAccount(file=part.name, load=first_load + part.place, as_of=content.header.as_of)
        for cls, count in content.unread.items():
            account.left_out[say("class {cls} is not modelled", cls=cls)] = count
        report.accounts.append(account)
        texts.append(Text(part, content, content.profile, account))
    for part, reason in unread:
        account = FileAccount(file=part.name, load=first_load + part.place)
        account.left_out[reason] += 1
        report.accounts.append(account)
    return texts


def _content(part: Part, number: int) -> Content:
    content = Content()
    with closing(parse(part, number)) as elements:
        for item in elements:
            if item.cls.endswith(DIFFERENCE_MODEL):
                raise LoadError(
                    say(
                        "{file} is a difference model (IEC 61970-552), which holds changes and no whole model. "
                        "Export the full model.",
                        file=part.name,
                    ),
                    file=part.name,
                )
            if item.cls.removeprefix("md:") == "FullModel":
                content.header = header_of(item)
            elif item.cls in READ or (item.cls in ABSTRACT and speaks(item)):
                content.objects.append(item)
            else:
                content.unread[item.cls] += 1
                content.unread_keys[item.key] = item.cls
    return content
