// Special and first class customers all of whose supplies come from one station 电源来自同一变电站的特级、一级重要电力用户
MATCH (c:Customer) WHERE c.importance IN ['SPECIAL', 'FIRST']
MATCH (c)-[r:SUPPLIED_BY]->(s:Substation)
WITH c, collect(DISTINCT s.name) AS stations, min(r.revision) AS revision WHERE size(stations) = 1
RETURN c.id AS id, c.name AS name, stations[0] AS station, revision ORDER BY id
