// Feeders that no open switch joins to another feeder 没有联络的馈线
MATCH (f:Feeder) WHERE f.id > '' AND NOT EXISTS {
  MATCH (f)<-[:CONTAINED_IN*1..2]-()-[:CONNECTS*2..4]-(tie:LoadBreakSwitch|Breaker|Recloser|Disconnector)
  WHERE coalesce(tie.position, tie.normal_position) = 'OPEN' AND NOT (tie)-[:CONTAINED_IN]->(:Substation)
  MATCH (tie)-[:CONNECTS*2..4]-()-[:CONTAINED_IN*1..2]->(other:Feeder) WHERE other <> f
}
RETURN f.id AS id, f.name AS name ORDER BY id
