// Important customers without an emergency plan 没有一户一案的重要电力用户
MATCH (c:Customer) WHERE c.importance IN ['SPECIAL', 'FIRST', 'SECOND', 'TEMPORARY'] AND NOT EXISTS { (:EmergencyPlan)-[:PLAN_FOR]->(c) }
RETURN c.id AS id, c.name AS name ORDER BY id
