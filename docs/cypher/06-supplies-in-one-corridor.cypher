// Customers whose own incoming lines share a corridor 进线同通道的客户
MATCH (c:Customer) WHERE c.id > ''
MATCH (c)-[:HAS_RECEIVING_POINT]->(:ReceivingPoint)-[:FED_BY]->(s:SupplySource)
      -[:CONNECTS]->(:ConnectivityNode)<-[:CONNECTS]-(l:ACLineSegment)-[:ROUTED_IN]->(k:Corridor)
WITH c, k, count(DISTINCT s) AS supplies WHERE supplies > 1
RETURN DISTINCT c.id AS id, c.name AS name ORDER BY id
