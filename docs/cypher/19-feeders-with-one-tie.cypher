// Feeders that one open switch joins to another feeder, or none: the way back is single 联络不超过一处的馈线
MATCH (f:Feeder) WHERE f.id > ''
OPTIONAL MATCH (f)<-[:CONTAINED_IN*1..2]-()-[:CONNECTS*2..4]-(tie:LoadBreakSwitch|Breaker|Recloser|Disconnector)
WHERE coalesce(tie.position, tie.normal_position) = 'OPEN' AND NOT (tie)-[:CONTAINED_IN]->(:Substation)
  AND EXISTS { MATCH (tie)-[:CONNECTS*2..4]-()-[:CONTAINED_IN*1..2]->(other:Feeder) WHERE other <> f }
WITH f, count(DISTINCT tie) AS ties WHERE ties <= 1
RETURN f.id AS id, f.name AS name, ties ORDER BY ties, id
