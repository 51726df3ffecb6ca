// Customers without a customer manager of their own 没有专属客户经理的客户
// $now: a time with its zone, as datetime()
MATCH (c:Customer) WHERE c.id > '' AND NOT EXISTS {
  (a:Assignment {role: 'CUSTOMER_MANAGER'})-[:COVERS]->(c)
  WHERE coalesce(a.valid_from <= $now, true) AND coalesce(a.valid_to > $now, true)
}
RETURN c.id AS id, c.name AS name ORDER BY id
