"""Properties of OpenDSS classes in their order: values without a name go by place, and names may be cut short."""

from __future__ import annotations

_COMMON = "normamps emergamps faultrate pctperm repair basefreq enabled like"
_ORDER = {
    "line": "bus1 bus2 linecode length phases r1 x1 r0 x0 c1 c0 rmatrix xmatrix cmatrix switch rg xg rho geometry "
    f"units spacing wires earthmodel cncables tscables b1 b0 seasons ratings linetype {_COMMON}",
    "linecode": "nphases r1 x1 r0 x0 c1 c0 units rmatrix xmatrix cmatrix basefreq normamps emergamps faultrate pctperm "
    "repair kron rg xg rho neutral b1 b0 seasons ratings linetype like",
    "transformer": "phases windings wdg bus conn kv kva tap %r rneut xneut buses conns kvs kvas taps xhl xht xlt "
    "xscarray thermal n m flrise hsrise %loadloss %noloadloss normhkva emerghkva sub maxtap mintap numtaps subname "
    "%imag ppm_antifloat %rs bank xfmrcode xrconst x12 x13 x23 leadlag wdgcurrents core rdcohms seasons ratings "
    f"{_COMMON}",
    "load": "phases bus1 kv kw pf model yearly daily duty growth conn kvar rneut xneut status class vminpu vmaxpu "
    "vminnorm vminemerg xfkva allocationfactor kva %mean %stddev cvrwatts cvrvars kwh kwhdays cfactor cvrcurve numcust "
    "zipv %seriesrl relweight vlowpu puxharm xrharm spectrum basefreq enabled like",
    "capacitor": f"bus1 bus2 phases kvar kv conn cmatrix cuf r xl harm numsteps states {_COMMON}",
    "reactor": f"bus1 bus2 phases kvar kv conn rmatrix xmatrix parallel r x rp z1 z2 z0 z rcurve lcurve lmh {_COMMON}",
    "vsource": "bus1 basekv pu angle frequency phases mvasc3 mvasc1 x1r1 x0r0 isc3 isc1 r1 x1 r0 x0 scantype sequence "
    "bus2 z1 z0 z2 puz1 puz0 puz2 basemva yearly daily duty model puzideal spectrum basefreq enabled like",
    "generator": "phases bus1 kv kw pf kvar model vminpu vmaxpu yearly daily duty dispmode dispvalue conn kva mva "
    "spectrum basefreq enabled like",
    "pvsystem": "phases bus1 kv irradiance pmpp %pmpp temperature pf conn kvar kva spectrum basefreq enabled like",
    "storage": "phases bus1 kv conn kw kvar pf kva kwrated kwhrated kwhstored state spectrum basefreq enabled like",
    "fuse": "monitoredobj monitoredterm switchedobj switchedterm fusecurve ratedcurrent delay action normal state "
    "basefreq enabled like",
    "recloser": "monitoredobj monitoredterm switchedobj switchedterm normal state action basefreq enabled like",
    "relay": "monitoredobj monitoredterm switchedobj switchedterm type normal state action basefreq enabled like",
    "swtcontrol": "switchedobj switchedterm action lock delay normal state reset basefreq enabled like",
}
_ORDER["xfmrcode"] = (
    "phases windings wdg conn kv kva tap %r rneut xneut conns kvs kvas taps xhl xht xlt xscarray thermal n m flrise "
    "hsrise %loadloss %noloadloss normhkva emerghkva maxtap mintap numtaps %imag ppm_antifloat %rs x12 x13 x23 rdcohms "
    "seasons ratings like"
)
_ORDER["autotrans"] = _ORDER["transformer"]
PROPERTIES = {cls: tuple(names.split()) for cls, names in _ORDER.items()}
"""Of the classes that are read."""
WOUND = ("transformer", "autotrans", "xfmrcode")
"""Classes with windings."""
CODES = ("linecode", "xfmrcode")
"""Classes that others are made after."""
DEVICES = ("fuse", "recloser", "relay")
CONTROLS = (*DEVICES, "swtcontrol")
"""Classes that open another element."""


def property_named(cls: str, name: str) -> str:
    """The property that a name stands for, whole or cut short; the name itself where it is none of these."""
    known = PROPERTIES[cls]
    return name if name in known else next((each for each in known if each.startswith(name)), name)


def property_behind(cls: str, before: str) -> str:
    """The property that a value without a name stands for, behind another ("" = the first); "" behind the last."""
    known = PROPERTIES[cls]
    place = known.index(before) + 1 if before in known else 0
    return known[place] if place < len(known) else ""
