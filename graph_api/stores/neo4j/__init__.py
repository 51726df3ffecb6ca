"""The production store: the graph on Neo4j 5.26 Community or newer, as a property graph that planners can open too.

store.py is the contract at the async edge; connection.py holds the driver, on an event loop of its own;
statements.py is all Cypher; mapping.py is how an entity lies in a node; merging.py and writing.py commit;
staging.py and applying.py are loads; reading.py and scanning.py read.
"""

from graph_api.stores.neo4j.address import Address, parse_address
from graph_api.stores.neo4j.store import Neo4jStore

__all__ = ["Address", "Neo4jStore", "parse_address"]
