"""Who the generated customers are: every one follows from its number alone."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator

from schema.vocabulary import EmergencySourceType, Importance, SupplyRole, TransferMode
from seeds import names
from seeds.cast import CAST
from seeds.city import FEEDERS_PER_STATION, INCIDENT_LINE, POSITIONS, City, Line
from seeds.specs import Arrangement, Backup, CustomerSpec, Gap, LoadSpec, Supply
from seeds.trades import OTHER_TRADES, TRADES, Trade

_CAST_CLASSES = Counter(spec.importance for spec in CAST)
_SHARES = (0.05, 0.08, 0.11)
"""Power of a customer's loads in order, as shares of its capacity."""
_BY_HAND_S = 180
"""Time to start a generating set by hand."""
_GAP_EVERY = 17
"""Every so many important customers there is a gap in the responsibility."""


def generated(city: City) -> dict[Importance, int]:
    """Important customers by class that are not of the cast."""
    return {importance: max(0, count - _CAST_CLASSES[importance]) for importance, count in city.important().items()}


def important_count(city: City) -> int:
    """All important customers: the cast and the generated ones."""
    return len(CAST) + sum(generated(city).values())


def customers_of(city: City, line: Line) -> Iterator[CustomerSpec]:
    """Customers whose first supply is on this feeder."""
    rank = city.rank(line)
    if line == INCIDENT_LINE:
        yield from CAST
    else:
        place = rank - (rank > city.rank(INCIDENT_LINE))
        for index in range(place, sum(generated(city).values()), city.feeders - 1):
            yield _important(city, line, index)
    first = important_count(city) + 1
    for index in range(rank, city.others(), city.feeders):
        yield _other(city, line, first + index)


def class_at(city: City, index: int) -> tuple[Importance, int]:
    """Class of the generated important customer `index` and its place in it; spread evenly over the feeders."""
    counts = generated(city)
    total = sum(counts.values())
    stride = next(step for step in range(int(total * 0.618) + 1, 2 * total + 2) if math.gcd(step, total) == 1)
    place = index * stride % total
    for importance, count in counts.items():
        if place < count:
            return importance, place
        place -= count
    raise AssertionError("the counts add up to the total")


def other_station(city: City, line: Line, dice: random.Random) -> Line:
    """A feeder of a neighbouring station; never the one whose customers are written by hand."""
    station = line.station % city.stations + 1
    return _pick([each for each in city.lines(station) if each != INCIDENT_LINE], line, dice)


def same_station(city: City, line: Line, dice: random.Random, *, same_bus: bool) -> Line:
    """Another feeder of the station, from the other bus section or, in secret, from the same one."""
    found = [
        each
        for each in city.lines(line.station)
        if each not in (line, INCIDENT_LINE) and (each.bus == line.bus) is same_bus
    ]
    return _pick(found, line, dice) if found else other_station(city, line, dice)


def _pick(lines: list[Line], line: Line, dice: random.Random) -> Line:
    # A neighbouring street is likelier than one at the other end of the station's area.
    near = [each for each in lines if abs(each.place - line.place) % (FEEDERS_PER_STATION - 1) <= 2]
    return dice.choice(near or lines or [line])


def _others_of(city: City, line: Line, importance: Importance, dice: random.Random) -> list[Line]:
    """The feeders beside the first one that supply a customer of that class: mostly by the rule, not always."""
    luck = dice.random()
    match importance:
        case Importance.SPECIAL:
            third = same_station(city, line, dice, same_bus=False)
            return [other_station(city, line, dice), *([third] if luck < 0.8 else [])]
        case Importance.FIRST if luck < 0.8:
            return [other_station(city, line, dice)]
        case Importance.FIRST:
            return [same_station(city, line, dice, same_bus=luck > 0.92)]
        case Importance.SECOND if luck < 0.55:
            return [same_station(city, line, dice, same_bus=luck < 0.1)]
        case Importance.SECOND if luck < 0.75:
            return [other_station(city, line, dice)]
        case Importance.TEMPORARY if luck < 0.5:
            return [same_station(city, line, dice, same_bus=False)]
        case _:
            return []


def _important(city: City, line: Line, index: int) -> CustomerSpec:
    number = len(CAST) + 1 + index
    dice = city.dice(f"customer {number}")
    importance, ordinal = class_at(city, index)
    turn, trade_at = divmod(ordinal, len(TRADES[importance]))
    trade = TRADES[importance][trade_at]
    kva = float(dice.choice((800, 1250, 1600, 2000, 3150)))
    lines = [line, *_others_of(city, line, importance, dice)]
    position = dice.randint(1, POSITIONS)
    supplies = tuple(
        Supply(each, (position + 2 * place) % POSITIONS + 1, SupplyRole.STANDBY if place else SupplyRole.MAIN, kva)
        for place, each in enumerate(lines)
    )
    double = len(supplies) > 1
    transfer = dice.choice((TransferMode.AUTOMATIC, TransferMode.AUTOMATIC, TransferMode.MANUAL))
    known = index % 2 == 0 and len(supplies) < 3
    arrangement = Arrangement.UNKNOWN
    if known:
        arrangement = dice.choice((Arrangement.STANDBY, Arrangement.COUPLED)) if double else Arrangement.SINGLE
    loads = _loads(trade, kva, arrangement) if known else ()
    automatic = double and transfer is TransferMode.AUTOMATIC
    return CustomerSpec(
        number=number,
        name=trade.named(names.brand(number), turn),
        importance=importance,
        industry=trade.industry,
        supplies=supplies,
        arrangement=arrangement,
        transfer=transfer if double else TransferMode.NONE,
        transfer_s=float(dice.choice((1, 2, 3, 5))) if automatic else None,
        loads=loads,
        backups=_backups(loads, city.dice(f"backups {number}")),
        load_kw=kva * 0.22,
        shared_trench=f"{line.short[:-2]}路电缆沟"
        if double and city.dice(f"trench {number}").random() < 0.12
        else None,
        gap=tuple(Gap)[number // _GAP_EVERY % len(Gap)] if number % _GAP_EVERY == 0 else None,
    )


def _loads(trade: Trade, kva: float, arrangement: Arrangement) -> tuple[LoadSpec, ...]:
    last = len(trade.loads) - 1
    return tuple(
        LoadSpec(
            load.name,
            float(round(kva * _SHARES[place])),
            load.grade,
            security=load.security,
            permitted_s=load.permitted_s,
            bus=2 if place == last and arrangement is Arrangement.COUPLED else 1,
        )
        for place, load in enumerate(trade.loads)
    )


def _backups(loads: tuple[LoadSpec, ...], dice: random.Random) -> tuple[Backup, ...]:
    if not loads or dice.random() < 0.15:
        return ()
    made = []
    first, backed = loads[0], tuple(place for place, load in enumerate(loads) if load.security) or (0,)
    if (first.permitted_s or 0) < 60:
        made.append(
            Backup(EmergencySourceType.UPS, float(round(first.kw * 1.2)), 0, dice.choice((15.0, 30.0, 60.0)), (0,))
        )
    if dice.random() < 0.7:
        kw = float(round(sum(loads[place].kw for place in backed) * dice.choice((1.0, 1.3, 2.0))))
        automatic, running = dice.random() < 0.7, dice.random() < 0.92
        start = 15 if automatic else _BY_HAND_S
        made.append(Backup(EmergencySourceType.GENSET, kw, start, 480, backed, automatic, running))
    return tuple(made)


def _other(city: City, line: Line, number: int) -> CustomerSpec:
    dice = city.dice(f"customer {number}")
    industry, form = dice.choice(OTHER_TRADES)
    kva = float(dice.choice((315, 500, 630, 800, 1250)))
    first = Supply(line, dice.randint(1, POSITIONS), SupplyRole.MAIN, kva)
    supplies: tuple[Supply, ...] = (first,)
    if dice.random() < 0.1 and line != INCIDENT_LINE:
        second = same_station(city, line, dice, same_bus=False)
        supplies = (first, Supply(second, dice.randint(1, POSITIONS), SupplyRole.STANDBY, kva))
    return CustomerSpec(
        number=number,
        name=form.format(brand=names.brand(number)),
        importance=Importance.ORDINARY,
        industry=industry,
        supplies=supplies,
        transfer=TransferMode.MANUAL if len(supplies) > 1 else TransferMode.NONE,
        load_kw=round(kva * dice.uniform(0.1, 0.25)),
    )
