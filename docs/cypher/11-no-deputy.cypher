// Important customers whose manager has no deputy 没有 B 角的重要电力用户
// $now: a time with its zone, as datetime()
MATCH (c:Customer) WHERE c.importance IN ['SPECIAL', 'FIRST', 'SECOND', 'TEMPORARY'] AND NOT EXISTS {
  (a:Assignment {role: 'CUSTOMER_MANAGER', rank: 'B'})-[:COVERS]->(c)
  WHERE coalesce(a.valid_from <= $now, true) AND coalesce(a.valid_to > $now, true)
}
RETURN c.id AS id, c.name AS name ORDER BY id
