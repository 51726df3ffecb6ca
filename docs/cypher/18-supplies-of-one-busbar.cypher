// Customers with several supplies, all from one busbar 多路电源出自同一段母线的客户
MATCH (c:Customer) WHERE c.id > ''
MATCH (c)-[:HAS_RECEIVING_POINT]->(:ReceivingPoint)-[:FED_BY]->(s:SupplySource)<-[r:FEEDS]-(:Feeder)
      -[:STARTS_AT]->()-[:CONNECTS]->(:ConnectivityNode)<-[:CONNECTS]-(b:BusbarSection)
WITH c, count(DISTINCT s) AS supplies, collect(DISTINCT b.name) AS busbars,
     min(r.revision) AS revision
WHERE supplies > 1 AND size(busbars) = 1
RETURN c.id AS id, c.name AS name, busbars[0] AS busbar, revision ORDER BY id
