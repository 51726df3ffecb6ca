"""Further questions of `baodian risks`: pairs that cut a customer off (N-2), and what each tie is worth."""

from __future__ import annotations

from collections.abc import Sequence

from graph_api.cli import naming, output
from graph_api.readmodel.model import ReadModel
from graph_api.services.risk.cut_pairs import cut_pairs
from graph_api.services.risk.stakes import CLASSES
from graph_api.services.risk.tie_worth import worth_of_ties


def show_pairs(model: ReadModel, customers: Sequence[int] | None, first: int, *, as_json: bool) -> None:
    """Pairs per receiving point, at most `first` of each."""
    found = cut_pairs(model, customers)
    if as_json:
        points = [
            {
                "customer": naming.brief(model, each.customer),
                "supplies": naming.briefs(model, each.supplies),
                "total": len(each.pairs),
                "examined": each.examined,
                "relevant": each.relevant,
                "pairs": [naming.briefs(model, pair) for pair in each.pairs[:first]],
            }
            for each in found
        ]
        output.emit_json({"revision": str(model.graph.revision), "points": points})
        return
    output.line(f"{len(found)} receiving points with several live supplies and no single point")
    for each in found:
        title = (
            f"{naming.title(model, each.customer)}: {len(each.pairs):,} pairs cut it off 双重故障 "
            f"({each.examined:,} of {each.relevant:,} pieces on its supply paths examined)"
        )
        rows = [tuple(naming.title(model, one) for one in pair) for pair in each.pairs[:first]]
        output.emit(output.table(title, "one 设备", "and the other 设备", rows=rows))


def show_ties(model: ReadModel, first: int, *, as_json: bool) -> None:
    """Ties, the one worth most first."""
    found = worth_of_ties(model)
    if as_json:
        ties = [
            {
                "tie": naming.brief(model, each.tie),
                "faults": each.faults,
                "lost": {kind.value: count for kind, count in zip(CLASSES, each.loss.lost, strict=True)},
                "kw": each.loss.kw,
            }
            for each in found[:first]
        ]
        output.emit_json({"revision": str(model.graph.revision), "total": len(found), "ties": ties})
        return
    heads = ("tie 联络开关", "faults 故障数", *(each.zh[:2] for each in CLASSES), "kW")
    rows = [
        (naming.title(model, each.tie), each.faults, *(count or "" for count in each.loss.lost), f"{each.loss.kw:,.0f}")
        for each in found[:first]
    ]
    title = "What would stay dark without it, over all single faults 联络开关价值"
    output.emit(output.table(title, *heads, rows=rows, numbers=heads[1:]))
