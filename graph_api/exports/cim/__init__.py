"""The grid as a set of CIM profile files (CGMES): equipment, state and places."""

from graph_api.exports.cim.dialects import DIALECTS, Dialect
from graph_api.exports.cim.files import write_cim

__all__ = ["DIALECTS", "Dialect", "write_cim"]
