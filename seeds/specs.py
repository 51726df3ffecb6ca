"""What a customer is, before it becomes entities: its supplies, its inside, and what goes wrong around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from schema.vocabulary import EmergencySourceType, Importance, LoadGrade, SupplyRole, TransferMode
from seeds.city import PREFIX, Line


class Arrangement(Enum):
    """How the inside of a customer is built."""

    UNKNOWN = auto()
    """Nothing is known behind the receiving point."""
    SINGLE = auto()
    """One incomer, one bus."""
    STANDBY = auto()
    """Two incomers on one bus, the second one open."""
    COUPLED = auto()
    """Two incomers on two buses with an open coupler."""


class Gap(Enum):
    """What is wrong with the responsibility for a customer, on purpose."""

    NOBODY = auto()
    """No customer manager is assigned."""
    ON_LEAVE = auto()
    """The only electrician is on leave."""
    OFF_DUTY = auto()
    """The only electrician has a roster and is off duty at all hours of the day shift."""
    UNVERIFIED = auto()
    """The electrician's number was never verified."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One incoming supply: where it hangs on the grid, and what it is."""

    line: Line
    position: int
    role: SupplyRole = SupplyRole.MAIN
    kva: float = 2000
    under_maintenance: bool = False
    """Its cable is out of service."""


@dataclass(frozen=True, slots=True)
class LoadSpec:
    """One load."""

    name: str
    kw: float
    grade: LoadGrade
    security: bool = False
    permitted_s: float | None = None
    bus: int = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """One emergency source and the loads (by their place in the list, from 0) that it backs."""

    kind: EmergencySourceType
    kw: float
    start_s: float
    minutes: float
    loads: tuple[int, ...]
    automatic: bool = True
    in_service: bool = True


@dataclass(frozen=True, slots=True)
class CustomerSpec:
    """One customer."""

    number: int
    name: str
    importance: Importance
    industry: str
    supplies: tuple[Supply, ...]
    arrangement: Arrangement = Arrangement.UNKNOWN
    transfer: TransferMode = TransferMode.NONE
    transfer_s: float | None = None
    loads: tuple[LoadSpec, ...] = ()
    backups: tuple[Backup, ...] = ()
    load_kw: float = 500
    shared_trench: str | None = None
    """Name of a trench that all its supplies lie in."""
    gap: Gap | None = None
    aliases: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """Id of the Customer."""
        return f"{PREFIX}:CUS:{self.number}"

    @property
    def key(self) -> bool:
        """Whether it is on the list of important customers."""
        return self.importance is not Importance.ORDINARY

    def part(self, kind: str, code: str = "") -> str:
        """Id of something that belongs to the customer."""
        return f"{PREFIX}:{kind}:C{self.number}{code}"
