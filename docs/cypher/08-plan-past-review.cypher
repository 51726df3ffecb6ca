// Plans past their review date 超过复审到期日的预案
// $today: a day, as date()
MATCH (v:PlanVersion) WHERE v.review_due < $today
MATCH (p:EmergencyPlan)-[:HAS_VERSION]->(v)
WHERE NOT EXISTS { (p)-[:HAS_VERSION]->(newer:PlanVersion) WHERE newer.version > v.version }
RETURN p.id AS id, p.name AS name, v.review_due AS due ORDER BY id
