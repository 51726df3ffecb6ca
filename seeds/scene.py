"""What a plan of one customer speaks of: its supplies and bays by their names, its own sources, its limits of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from schema.vocabulary import EmergencySourceType, TransferMode
from seeds import bays, names
from seeds.city import POSITIONS, PREFIX, City, Line
from seeds.conduct import Conduct, conduct_of
from seeds.customer_network import bay_id, bay_label, bus_label, transfer_bay
from seeds.specs import Arrangement, Backup, CustomerSpec
from seeds.ties import partner

_COUNTED = ("", "一", "两", "三")


@dataclass(frozen=True)
class Scene:
    """One customer as its plan sees it."""

    city: City
    spec: CustomerSpec

    @cached_property
    def count(self) -> int:
        """Number of supplies."""
        return len(self.spec.supplies)

    @property
    def counted(self) -> str:
        """Number of supplies as it is said with 路."""
        return _COUNTED[self.count]

    @cached_property
    def known(self) -> bool:
        """Whether anything is recorded behind the receiving point."""
        return self.spec.arrangement is not Arrangement.UNKNOWN

    @cached_property
    def coupled(self) -> bool:
        """Whether two buses have a coupler between them."""
        return self.spec.arrangement is Arrangement.COUPLED

    @cached_property
    def automatic(self) -> bool:
        """Whether loads change over by themselves."""
        return self.spec.transfer is TransferMode.AUTOMATIC

    @cached_property
    def manual(self) -> bool:
        """Whether somebody changes them over."""
        return self.spec.transfer is TransferMode.MANUAL

    @cached_property
    def conduct(self) -> Conduct:
        """What its people do."""
        return conduct_of(self.spec.industry)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Full names of what feeds it; the bay where two supplies come from one feeder."""
        found = [supply.line.name for supply in self.spec.supplies]
        if len(set(found)) == self.count:
            return tuple(found)
        ends = (bays.customer_bay(self.city, self.spec, number + 1).end for number in range(self.count))
        return tuple(f"{supply.line.full}{end}" for supply, end in zip(self.spec.supplies, ends, strict=True))

    def bay(self, number: int) -> str:
        """Full name of an incoming bay (from 1) or of the coupler (0)."""
        return bay_label(number)

    @cached_property
    def incomers(self) -> str:
        """All incoming bays, and the coupler if there is one."""
        return "、".join(self.bay(number) for number in (*range(1, self.count + 1), *([0] if self.coupled else [])))

    @cached_property
    def incomer_ids(self) -> tuple[str, ...]:
        """Ids of the same bays."""
        return tuple(
            bay_id(self.spec, number) for number in (*range(1, self.count + 1), *([0] if self.coupled else []))
        )

    @cached_property
    def transfer_bay(self) -> tuple[str, ...]:
        """Id of the bay that closes to change over, if there is one."""
        found = transfer_bay(self.spec)
        return () if found is None else (found,)

    @cached_property
    def low_bus(self) -> str:
        """The 0.4 kV bus that a truck is connected to."""
        return bus_label(self.spec, "0.4kV", 1)

    def _source(self, kind: EmergencySourceType) -> tuple[Backup, str] | None:
        for number, backup in enumerate(self.spec.backups, 1):
            if backup.kind is kind:
                return backup, self.spec.part("EP", f"-{number}")
        return None

    @cached_property
    def ups(self) -> tuple[Backup, str] | None:
        """Its UPS and the id of it."""
        return self._source(EmergencySourceType.UPS)

    @cached_property
    def genset(self) -> tuple[Backup, str] | None:
        """The generating set that the plan counts on, and the id of it."""
        found = self._source(EmergencySourceType.GENSET)
        return found if found and (found[0].in_service or self.spec.number in RELIES_ON_A_DEAD_GENSET) else None

    @cached_property
    def dead_genset(self) -> Backup | None:
        """A generating set that is recorded as not available and that the plan does not count on."""
        found = self._source(EmergencySourceType.GENSET)
        return found[0] if found and self.genset is None else None

    def loads(self, backup: Backup) -> str:
        """Names of the loads that a source backs."""
        return "、".join(self.spec.loads[place].name for place in backup.loads)

    @cached_property
    def last_load(self) -> str | None:
        """The load that is shed first."""
        return self.spec.loads[-1].name if self.spec.loads else None

    @cached_property
    def first_back(self) -> str | None:
        """The load that is fed first after a change-over by hand: the one that may be out least."""
        waiting = [load for load in self.spec.loads if load.permitted_s and load.permitted_s > 60]
        return min(waiting, key=lambda load: load.permitted_s or 0).name if waiting else None

    @cached_property
    def stations(self) -> str:
        """The stations that feed it."""
        return "、".join(dict.fromkeys(f"{names.station(supply.line.station)}变" for supply in self.spec.supplies))

    def by_hand(self, usual: int) -> int:
        """Minutes for what is done by hand: shorter than a load may be out that nothing bridges until then."""
        bridged = {
            load for backup in self.spec.backups if backup.automatic and backup.in_service for load in backup.loads
        }
        limits = [
            load.permitted_s
            for place, load in enumerate(self.spec.loads)
            if load.permitted_s and load.permitted_s > 60 and place not in bridged
        ]
        return min([usual, *(math.ceil(limit / 60) - 1 for limit in limits)])

    @cached_property
    def tie(self) -> tuple[str, str, bool]:
        """The open tie at the end of its first feeder: full name, id, and whether it is operated remotely."""
        line = self.spec.supplies[0].line
        other = partner(self.city, line)
        if other is None:
            line, other = self._tied_from(line), line
        name = bays.tie(line, other, POSITIONS).name
        return name, f"{PREFIX}:TIE:{line.number}-{other.number}", line.place % 2 == 1

    def _tied_from(self, line: Line) -> Line:
        return next(
            each
            for station in (line.station - 1, self.city.stations)
            for each in self.city.lines(station)
            if partner(self.city, each) == line
        )


RELIES_ON_A_DEAD_GENSET = frozenset({6, 57, 139})
"""Customers whose plan was written before their generating set went out of service, on purpose."""
STARTS_A_UPS = frozenset({11, 95})
"""Customers whose plan starts a UPS, which runs by itself, on purpose."""
WITHOUT_PLAN = frozenset({147})
"""Customers who came onto the list this year and have no plan yet, on purpose."""
