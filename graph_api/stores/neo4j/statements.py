"""All Cypher of the store, by name. Labels and types come from the schema's lists alone, values are always bound.

Rows are gathered into one list inside Neo4j: a record each makes reading seven times slower
(measured: 20,000 against 156,000 nodes/s).
"""

from __future__ import annotations

from typing import NamedTuple

from graph_api.stores.neo4j.indexes import DERIVED_TYPES, NAMED
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


class Statement(NamedTuple):
    """A Cypher statement and the name that it has in logs and in `SHOW TRANSACTIONS`."""

    name: str
    text: str


def _by_kind(name: str, text: str) -> dict[EntityKind, Statement]:
    return {kind: Statement(f"{name}_{kind.lower()}", text.replace("KIND", kind.label)) for kind in EntityKind}


def _by_type(name: str, text: str) -> dict[RelationshipKind, Statement]:
    return {kind: Statement(f"{name}_{kind.lower()}", text.replace("TYPE", kind.value)) for kind in RelationshipKind}


SERVER_VERSION = Statement(
    "server_version",
    "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version",
)
SHOW_SCHEMA = Statement(
    "show_schema",
    "SHOW INDEXES YIELD name, state WHERE name STARTS WITH 'baodian_' RETURN collect([name, state]) AS rows",
)
CREATE_NAMES = {
    Statement(procedure.replace(".", "_"), f"UNWIND $names AS name CALL {procedure}(name) RETURN count(*)"): names
    for procedure, names in NAMED.items()
}
AWAIT_SCHEMA = Statement("await_schema", "CALL db.awaitIndexes(60)")

FIRST_META = Statement(
    "first_meta",
    """MERGE (m:_Meta {one: 1}) ON CREATE SET m.uuid = $uuid, m.format = $format, m.schema_version = $schema_version,
    m.min_reader = $min_reader, m.revision = 0""",
)
# no change record stands above the newest revision, unless somebody set that back
_ABOVE = """OPTIONAL MATCH (c:_Change) WHERE c.revision >
    CASE WHEN m.revision IS :: INTEGER AND m.revision < 9007199254740992 THEN m.revision ELSE 0 END
    WITH m, max(c.revision) AS above WITH m {.*, now: timestamp(), above: above} AS meta"""
META = Statement("meta", f"MATCH (m:_Meta {{one: 1}}) {_ABOVE} RETURN meta")
# setting a property takes the node's lock first; what is read after that is what the last commit left
LOCK = Statement("lock", f"MATCH (m:_Meta {{one: 1}}) SET m._held = true WITH m {_ABOVE} RETURN meta")
# what a commit has to know under the lock: one statement, as a server just started compiles each for half a second
LOOK = Statement(
    "look",
    """OPTIONAL MATCH (r:_Request {id: $request}) WITH r {.*} AS request
    OPTIONAL MATCH (n:_Entity) WHERE n.id IN $ids
    WITH request, collect(CASE WHEN n IS NOT NULL THEN [n.id, labels(n), n._version] END) AS held
    RETURN [request, held]""",
)
UPGRADE_SCHEMA = Statement(
    "upgrade_schema",
    """MATCH (m:_Meta {one: 1}) SET m.schema_version = $version,
    m.min_reader = CASE WHEN m.min_reader < $min_reader THEN $min_reader ELSE m.min_reader END""",
)
FINISH = Statement(
    "finish",
    """MATCH (m:_Meta {one: 1}) SET m.revision = $revision, m.changed_at = $at
    CREATE (:_Change {revision: $revision, at: $at, request_id: $request_id, images: $images})""",
)
_REMEMBER = "CREATE (:_Request {id: $request_id, content: $content, revision: $revision, at: $at})"
FINISH_REQUEST = Statement("finish_request", f"{FINISH.text} {_REMEMBER}")

DOCUMENT = Statement("document", "OPTIONAL MATCH (d:_Document {name: $name}) RETURN d {.*}")
PUT_DOCUMENT = Statement(
    "put_document", "MERGE (d:_Document {name: $name}) SET d.version = $version, d.content = $content"
)

REMEMBER = Statement("remember", _REMEMBER)
PRUNE_REQUESTS = Statement("prune_requests", "MATCH (r:_Request) WHERE r.at < $before WITH r LIMIT 10000 DELETE r")
PRUNE_CHANGES = Statement(
    "prune_changes",
    "MATCH (c:_Change) WHERE c.at < $before AND c.revision < $revision WITH c LIMIT 10000 DELETE c",
)
PRUNE_LOADS = Statement(
    "prune_loads", "MATCH (l:_Load) WHERE l.revision IS NOT NULL AND l.at < $before WITH l LIMIT 10000 DELETE l"
)

KNOWN = Statement(
    "known",
    "UNWIND $ids AS id MATCH (n:_Entity {id: id}) RETURN collect([n.id, labels(n), n._version]) AS rows",
)
NODES = Statement(
    "nodes", "UNWIND $ids AS id MATCH (n:_Entity {id: id}) RETURN collect([labels(n), properties(n)]) AS rows"
)
LINKS_OF = Statement(
    "links_of",
    """UNWIND $ids AS id MATCH (n:_Entity {id: id})-[r]-(m:_Entity)
    RETURN collect(DISTINCT [type(r), startNode(r).id, endNode(r).id, r.key, m.id, labels(m)]) AS rows""",
)
DELETE_ENTITIES = Statement("delete_entities", "UNWIND $ids AS id MATCH (n:_Entity {id: id}) DETACH DELETE n")

_ENDS = "UNWIND $rows AS row MATCH (a:_Entity {id: row[0]}) MATCH (b:_Entity {id: row[1]})"
DELETE_LINKS = _by_type(
    "delete",
    f"{_ENDS} MATCH (a)-[r:TYPE]->(b) WHERE coalesce(r.key, '') = row[2] DELETE r RETURN collect(DISTINCT row) AS rows",
)
CREATE_LINKS = _by_type("create", f"{_ENDS} CREATE (a)-[r:TYPE]->(b) SET r = row[3]")
# a relationship without a key has none: MERGE cannot look for what is not there
MERGE_LINKS = _by_type(
    "merge",
    f"""{_ENDS} OPTIONAL MATCH (a)-[o:TYPE]->(b) WHERE coalesce(o.key, '') = row[2]
    FOREACH (_ IN CASE WHEN o IS NULL THEN [1] END | CREATE (a)-[r:TYPE]->(b) SET r = row[3])
    FOREACH (_ IN CASE WHEN o IS NOT NULL THEN [1] END | SET o += row[3])""",
)

CREATE_ENTITIES = _by_kind("create", "UNWIND $rows AS row CREATE (n:_Entity:KIND) SET n = row")
REPLACE_ENTITIES = _by_kind("replace", "UNWIND $rows AS row MATCH (n:_Entity {id: row.id}) SET n = row")
LABEL = _by_kind("label", "UNWIND $ids AS id MATCH (n:_Entity {id: id}) SET n:KIND")
UNLABEL = _by_kind("unlabel", "UNWIND $ids AS id MATCH (n:_Entity {id: id}) REMOVE n:KIND")

PUT_REPORTS = Statement(
    "put_reports",
    """UNWIND $rows AS row MERGE (r:PositionReport {id: row[0]})
    SET r.switch = row[1], r.at = datetime({epochSeconds: row[2], nanosecond: row[3]}), r.sequence = row[4],
    r.position = row[5], r.by = row[6], r.source = row[7],
    r.recorded_at = datetime({epochSeconds: row[8], nanosecond: row[9]})""",
)
DELETE_REPORTS = Statement(
    "delete_reports",
    """UNWIND $ids AS id MATCH (r:PositionReport {id: id}) WITH r, r.id AS id DELETE r RETURN collect(id) AS ids""",
)
_REPORT = """[r.id, r.switch, r.at.epochSeconds, r.at.nanosecond, r.sequence, r.position, r.by, r.source,
        CASE WHEN r.recorded_at IS :: ZONED DATETIME NOT NULL THEN r.recorded_at.epochSeconds END,
        CASE WHEN r.recorded_at IS :: ZONED DATETIME NOT NULL THEN r.recorded_at.nanosecond END]"""
REPORTS_OF = Statement(
    "reports_of",
    f"""UNWIND $ids AS id MATCH (r:PositionReport {{switch: id}}) WHERE r.at IS :: ZONED DATETIME NOT NULL
    WITH r.switch AS switch, collect({_REPORT}) AS reports RETURN collect([switch, reports]) AS rows""",
)
NEXT_REPORTS = Statement(
    "next_reports",
    f"""MATCH (r:PositionReport) WHERE r.id > $after AND r.at IS :: ZONED DATETIME NOT NULL
    WITH r ORDER BY r.id LIMIT $limit RETURN collect({_REPORT}) AS rows""",
)
STANDING_REPORTS = Statement(
    "standing_reports",
    """MATCH (n:Entity|_Entity) WHERE n.id > $after AND n.position_at IS NOT NULL AND n.position IS NOT NULL
    WITH n ORDER BY n.id LIMIT $limit RETURN collect([labels(n), properties(n)]) AS rows""",
)
# programs of the format before are turned away from here on; a load that one of them had begun is taken from it
BEGIN_UPGRADE = Statement(
    "begin_upgrade",
    """MATCH (m:_Meta {one: 1}) SET m.upgrading_from = m.format, m.format = $format
    FOREACH (_ IN CASE WHEN m.loading_by IS NOT NULL THEN [1] END | SET m.loading_by = "upgrade")""",
)
END_UPGRADE = Statement("end_upgrade", "MATCH (m:_Meta {one: 1}) REMOVE m.upgrading_from")
OLD_NODES = Statement(
    "old_nodes", "MATCH (n:Entity) WITH n LIMIT $limit RETURN collect([elementId(n), labels(n), properties(n)]) AS rows"
)
RENEW_NODES = Statement(
    "renew_nodes",
    """UNWIND $rows AS row MATCH (n) WHERE elementId(n) = row[0] SET n += row[1] REMOVE n:Entity SET n:_Entity
    WITH n MATCH (n)-[r]->() WHERE type(r) IN $types AND (r.key = "" OR r.load IS NOT NULL OR r.row IS NOT NULL)
    SET r += {key: nullIf(r.key, ""), _load: nullIf(r.load, 0), _row: nullIf(r.row, 0), load: null, row: null}""",
)
DROP_OLD_CONSTRAINT = "DROP CONSTRAINT baodian_entity IF EXISTS"

CHANGES = Statement(
    "changes",
    """MATCH (c:_Change) WHERE c.revision > $after AND c.revision <= $last WITH c ORDER BY c.revision
    RETURN collect([c.revision, c.at, c.request_id, c.images]) AS rows""",
)
NEXT_NODES = Statement(
    "next_nodes",
    """MATCH (n:_Entity) WHERE n.id > $after AND n._version IS NOT NULL WITH n ORDER BY n.id LIMIT $limit
    RETURN collect([labels(n), properties(n),
        [(n)-[r]->(m:_Entity) WHERE m._version IS NOT NULL | [type(r), m.id, r.key, r._load, r._row, labels(m)]]])
        AS rows""",
)

# ids that memory does not know: made by others (without a version), or renamed by them
IDS = Statement(
    "ids",
    """MATCH (n:_Entity) WHERE n.id > $after AND n.id <> "" WITH n.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS ids""",
)
NAMELESS = Statement(
    "nameless",
    f"""MATCH (n:{"|".join(["_Entity", *(kind.label for kind in EntityKind)])})
    WHERE NOT n:_Entity OR n.id IS NULL OR NOT n.id IS :: STRING OR n.id = ""
    WITH n LIMIT $limit RETURN collect([elementId(n), labels(n), toStringOrNull(n.id),
        EXISTS {{ MATCH (m:_Entity {{id: n.id}}) WHERE m <> n }}]) AS rows""",
)
LABELLESS = Statement(
    "labelless",
    """MATCH (n) WHERE size(labels(n)) = 0 AND n.id IS NOT NULL WITH n LIMIT $limit
    RETURN collect([elementId(n), labels(n), toStringOrNull(n.id), EXISTS { MATCH (:_Entity {id: n.id}) }]) AS rows""",
)
TYPES = Statement("types", "CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType)")
STRANGE_LINKS = Statement(
    "strange_links",
    """MATCH (a:_Entity)-[r]->(b:_Entity) WHERE type(r) IN $types
    WITH r, a, b LIMIT $limit RETURN collect([elementId(r), type(r), toString(a.id), toString(b.id)]) AS rows""",
)
KEEP = Statement(
    "keep",
    """UNWIND $rows AS row MERGE (k:_Kept {id: row[0]}) SET k.kind = row[1], k.version = row[2], k.body = row[3],
        k.packed = row[4]
    WITH row MATCH (n:_Entity {id: row[0]}) SET n._version = row[2]""",
)
KEPT = Statement("kept", "MATCH (k:_Kept) RETURN collect([k.id, k.kind, k.version, k.body]) AS rows")
FORGET_KEPT = Statement("forget_kept", "UNWIND $ids AS id MATCH (k:_Kept {id: id}) DELETE k")
MEND_KEYS = Statement(
    "mend_keys",
    """UNWIND $ids AS id MATCH (:_Entity {id: id})-[r]-(:_Entity)
    WHERE type(r) IN $types AND (r.key = "" OR NOT r.key IS :: STRING)
    SET r.key = nullIf(toStringOrNull(r.key), "")""",
)
AROUND = Statement(
    "around",
    """UNWIND $ids AS id MATCH (n:_Entity {id: id}) RETURN collect([elementId(n), labels(n), properties(n),
        [(n)-[r]-(m:_Entity) WHERE m._version IS NOT NULL OR m.id IN $ids |
            [type(r), startNode(r).id, endNode(r).id, r.key, r._load, r._row, elementId(r)]]]) AS rows""",
)
AMEND = Statement("amend", "UNWIND $rows AS row MATCH (n:_Entity {id: row[0]}) SET n += row[1]")

LOAD = Statement("load", "OPTIONAL MATCH (l:_Load {id: $id}) RETURN l {.*}")
OPEN_LOAD = Statement(
    "open_load",
    "MATCH (l:_Load) WHERE l.revision IS NULL RETURN [l.id, timestamp() - coalesce(l.alive, 0)] AS load LIMIT 1",
)
BEGIN_LOAD = Statement("begin_load", "CREATE (:_Load {id: $id, records: 0, pieces: 0, at: $at, alive: timestamp()})")
STAGE = Statement(
    "stage",
    """MATCH (l:_Load {id: $id}) SET l.records = l.records + $records, l.pieces = l.pieces + size($rows),
    l.alive = timestamp()
    WITH l UNWIND $rows AS row CREATE (:_Staged {load: $id, place: row[0], body: row[1]})""",
)
STAGED = Statement("staged", "OPTIONAL MATCH (s:_Staged {load: $id, place: $place}) RETURN s.body")
PLACES = Statement("places", "MATCH (s:_Staged {load: $id}) WHERE s.place >= 0 RETURN collect(s.place) AS places")
DROP_STAGED = Statement(
    "drop_staged",
    """MATCH (s:_Staged) WHERE NOT EXISTS { MATCH (l:_Load {id: s.load}) WHERE l.revision IS NULL }
    WITH s LIMIT $limit DELETE s RETURN count(*) AS dropped""",
)
COUNT = Statement("count", "MATCH (n:_Entity) RETURN count(n) AS entities")
DROP_LOAD = Statement("drop_load", "MATCH (l:_Load {id: $id}) DELETE l")
MARK = Statement(
    "mark",
    """MATCH (m:_Meta {one: 1}) SET m.loading = $id, m.loading_by = $by, m.loading_phase = $phase,
    m.loading_until = timestamp() + $lease, m.loading_done = $done, m.loading_at = $at,
    m.loading_upgrades = $upgrades""",
)
ADVANCE = Statement(
    "advance",
    """MATCH (m:_Meta {one: 1, loading: $id, loading_by: $by})
    SET m.loading_done = $done, m.loading_until = timestamp() + $lease RETURN m.loading_done""",
)
UNMARK = Statement(
    "unmark",
    """MATCH (m:_Meta {one: 1}) REMOVE m.loading, m.loading_by, m.loading_phase, m.loading_until, m.loading_done,
    m.loading_at, m.loading_upgrades""",
)
CLOSE_LOAD = Statement("close_load", "MATCH (l:_Load {id: $id}) SET l.revision = $revision, l.at = $at")

# relationships that are worked out and not part of the graph; :_Derived says of which revision, and who is at it
CLAIM_DERIVED = Statement(
    "claim_derived",
    """MERGE (d:_Derived {one: 1}) SET d._held = true
    WITH d, coalesce(d.revision, -1) AS held, coalesce(d.until, 0) > timestamp() AS busy
    SET d.until = CASE WHEN busy OR held > $revision THEN d.until ELSE timestamp() + $lease END
    RETURN CASE WHEN held > $revision THEN "NEWER" WHEN busy THEN "BUSY" ELSE "OURS" END""",
)
CLOSE_DERIVED = Statement("close_derived", "MATCH (d:_Derived {one: 1}) SET d.revision = $revision REMOVE d.until")
DERIVED_REVISION = Statement("derived_revision", "OPTIONAL MATCH (d:_Derived {one: 1}) RETURN d.revision")
DERIVED = {
    name: Statement(
        f"derive_{name.lower()}",
        f"""UNWIND $rows AS row MATCH (a:_Entity {{id: row[0]}}) MATCH (b:_Entity {{id: row[1]}})
        MERGE (a)-[r:{name}]->(b) SET r.revision = $revision RETURN count(r)""",
    )
    for name in DERIVED_TYPES
}
DROP_DERIVED = {
    name: Statement(
        f"drop_derived_{name.lower()}",
        f"MATCH (:_Entity)-[r:{name}]->() WHERE r.revision <> $revision WITH r LIMIT $limit DELETE r RETURN count(r)",
    )
    for name in DERIVED
}
