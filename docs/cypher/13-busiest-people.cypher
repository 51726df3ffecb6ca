// Who answers for most customers? 负责客户最多的人
// $now: a time with its zone, as datetime()
MATCH (p:Person) WHERE p.id > ''
MATCH (p)<-[:HELD_BY]-(a:Assignment)-[:COVERS]->(c:Customer)
WHERE coalesce(a.valid_from <= $now, true) AND coalesce(a.valid_to > $now, true)
WITH p, count(DISTINCT c) AS customers ORDER BY customers DESC, p.id LIMIT 10
RETURN p.id AS id, p.name AS name, customers
