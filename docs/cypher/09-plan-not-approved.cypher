// Plans that nobody approved 未批准的预案
MATCH (p:EmergencyPlan)-[:HAS_VERSION]->(v:PlanVersion)
WITH p, max(v.version) AS newest
MATCH (p)-[:HAS_VERSION]->(v:PlanVersion {version: newest}) WHERE v.approved_on IS NULL
RETURN p.id AS id, p.name AS name ORDER BY id
