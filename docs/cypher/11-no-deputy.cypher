// Important customers whose manager has no deputy 没有 B 角的重要用户
MATCH (c:Customer) WHERE c.importance <> 'ORDINARY'
AND COUNT { (:Assignment {role: 'CUSTOMER_MANAGER'})-[:COVERS]->(c) } = 1
RETURN c.id AS id, c.name AS name ORDER BY id
