"""CIM RDF/XML (IEC 61970/61968: CIM100 with its 17v dialects, CIM16, CGMES profiles) into the graph.

All files of one load are one model. Ids are mRIDs, terminals become CONNECTS, containers CONTAINED_IN.
"""

from loaders.cim.source import CimSource

__all__ = ["CimSource"]
