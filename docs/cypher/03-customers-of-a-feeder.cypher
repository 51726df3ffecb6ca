// Who is fed by this feeder? 该馈线供哪些客户？
// $feeder: id of a Feeder
MATCH (:Feeder {id: $feeder})-[r:FEEDS]->(:SupplySource)<-[:FED_BY]-(:ReceivingPoint)<-[:HAS_RECEIVING_POINT]-(c:Customer)
RETURN DISTINCT c.id AS id, c.name AS name, r.revision AS revision ORDER BY id
