// Security loads with own power below 120 % of them 自备电源不足保安负荷 120% 的客户
MATCH (l:Load {security: true})
MATCH (l)-[:CONTAINED_IN]->(r:ReceivingPoint)<-[:HAS_RECEIVING_POINT]-(c:Customer)
OPTIONAL MATCH (e:EmergencySource)-[:BACKS]->(l) WHERE coalesce(e.in_service, true)
WITH c, l, sum(coalesce(e.kw, 0)) AS own WHERE own < 1.2 * l.kw
RETURN DISTINCT c.id AS id, c.name AS name ORDER BY id
