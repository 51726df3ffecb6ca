// Who answers for most customers? 负责客户最多的人
MATCH (p:Person)<-[:HELD_BY]-(:Assignment)-[:COVERS]->(c:Customer)
WITH p, count(DISTINCT c) AS customers ORDER BY customers DESC, p.id LIMIT 10
RETURN p.id AS id, p.name AS name, customers
