// Who answers for this station? 谁负责该变电站？
// $station: id of a Substation
MATCH (a:Assignment)-[:COVERS]->(:Substation {id: $station})
OPTIONAL MATCH (a)-[:OF_TEAM]->(t:Team) OPTIONAL MATCH (a)-[:HELD_BY]->(p:Person)
RETURN a.id AS id, a.role AS role, t.name AS team, p.name AS person ORDER BY id
