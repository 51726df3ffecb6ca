// Customers all of whose feeders pass one corridor or tower 全部馈线经过同一通道或杆塔的客户
// One fault there may take every supply; `supplyRisks` in the API says whose it does take.
MATCH (c:Customer) WHERE c.id > ''
MATCH (c)-[:HAS_RECEIVING_POINT]->(:ReceivingPoint)-[:FED_BY]->(:SupplySource)<-[r:FEEDS]-(f:Feeder)
WITH c, collect(DISTINCT f) AS feeders, min(r.revision) AS revision WHERE size(feeders) > 1
UNWIND feeders AS f
MATCH (f)<-[:CONTAINED_IN]-(:ACLineSegment)-[:ROUTED_IN|CARRIED_BY]->(k:Corridor|Tower)
WITH c, k, revision, size(feeders) AS wanted, count(DISTINCT f) AS passing WHERE passing = wanted
RETURN c.id AS id, c.name AS name, collect(k.name) AS shared, revision ORDER BY id
