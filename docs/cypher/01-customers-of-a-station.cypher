// Who depends on this station? 哪些客户由该变电站供电？
// $station: id of a Substation
MATCH (c:Customer)-[r:SUPPLIED_BY]->(:Substation {id: $station})
RETURN c.id AS id, c.name AS name, c.importance AS class, r.revision AS revision ORDER BY id
