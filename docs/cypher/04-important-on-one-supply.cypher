// Important customers with a single supply 单电源的重要电力用户
MATCH (c:Customer) WHERE c.importance IN ['SPECIAL', 'FIRST', 'SECOND', 'TEMPORARY']
MATCH (c)-[:HAS_RECEIVING_POINT]->(:ReceivingPoint)-[:FED_BY]->(s:SupplySource)
WITH c, count(DISTINCT s) AS supplies WHERE supplies = 1
RETURN c.id AS id, c.name AS name, c.importance AS class ORDER BY id
