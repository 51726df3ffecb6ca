// People who answer for something and have no verified number 联系方式未核实的责任人
MATCH (p:Person) WHERE p.id > '' AND EXISTS { (p)<-[:HELD_BY]-(:Assignment) } AND NOT EXISTS {
  (p)-[:HAS_CONTACT]->(n:Contact) WHERE n.verified_on IS NOT NULL
}
RETURN p.id AS id, p.name AS name ORDER BY id
