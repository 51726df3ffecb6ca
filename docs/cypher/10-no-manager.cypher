// Customers without a customer manager 没有客户经理的客户
MATCH (c:Customer) WHERE NOT EXISTS { (:Assignment {role: 'CUSTOMER_MANAGER'})-[:COVERS]->(c) }
RETURN c.id AS id, c.name AS name ORDER BY id
