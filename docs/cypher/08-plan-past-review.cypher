// Plans past their review date 超过复审到期日的预案
// $today: date as 2026-11-23
MATCH (p:EmergencyPlan)-[:HAS_VERSION]->(v:PlanVersion)
WITH p, max(v.version) AS newest
MATCH (p)-[:HAS_VERSION]->(v:PlanVersion {version: newest}) WHERE v.review_due < $today
RETURN p.id AS id, p.name AS name, v.review_due AS due ORDER BY id
