"""CIM RDF/XML (IEC 61970/61968: CIM100 with its 17v dialects, CIM16, CGMES profiles) into the graph.

`read_cim(path, report)` yields GraphBatches. Ids are mRIDs, terminals become CONNECTS, containers CONTAINED_IN.
"""

from loaders.cim.read import read_cim

__all__ = ["read_cim"]
