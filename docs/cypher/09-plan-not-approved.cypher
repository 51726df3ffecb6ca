// Plans that nobody approved 未批准的预案
MATCH (p:EmergencyPlan) WHERE p.id > ''
MATCH (p)-[:HAS_VERSION]->(v:PlanVersion) WHERE v.approved_on IS NULL
  AND NOT EXISTS { (p)-[:HAS_VERSION]->(newer:PlanVersion) WHERE newer.version > v.version }
RETURN p.id AS id, p.name AS name ORDER BY id
