// Special and first class customers all of whose supplies come from one station 电源来自同一变电站的特级、一级重要电力用户
MATCH (c:Customer)-[:SUPPLIED_BY]->(s:Substation) WHERE c.importance IN ['SPECIAL', 'FIRST']
WITH c, collect(DISTINCT s.name) AS stations WHERE size(stations) = 1
RETURN c.id AS id, c.name AS name, stations[0] AS station ORDER BY id
