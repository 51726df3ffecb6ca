// Which feeders run in this corridor? 该通道里有哪些馈线？
// $corridor: id of a Corridor
MATCH (k:Corridor {id: $corridor})<-[:ROUTED_IN]-(l:ACLineSegment)-[:CONTAINED_IN]->(f:Feeder)
RETURN DISTINCT f.id AS id, f.name AS name ORDER BY id
