// Which assignments end within 30 days? 哪些责任分配将在 30 天内到期？
// $now: a time with its zone, as datetime()
MATCH (a:Assignment) WHERE a.valid_to > $now AND a.valid_to <= $now + duration('P30D')
OPTIONAL MATCH (a)-[:HELD_BY]->(p:Person) OPTIONAL MATCH (a)-[:COVERS]->(thing)
RETURN a.id AS id, a.role AS role, a.valid_to AS ends, collect(DISTINCT p.name) AS people,
       collect(DISTINCT thing.name) AS answers_for ORDER BY ends, id
