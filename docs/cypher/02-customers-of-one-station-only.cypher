// Who depends on this station alone? 哪些客户的全部电源来自该变电站？
// $station: id of a Substation
MATCH (c:Customer)-[r:SUPPLIED_BY]->(:Substation {id: $station})
WHERE COUNT { (c)-[:SUPPLIED_BY]->() } = 1
RETURN c.id AS id, c.name AS name, r.revision AS revision ORDER BY id
