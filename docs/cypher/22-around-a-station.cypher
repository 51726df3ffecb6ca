// Where may a generator truck connect within 2 km of this station? 变电站周围 2 公里内的发电车接入点
// $station: id of a Substation
MATCH (s:Substation {id: $station})
MATCH (a:AccessPoint) WHERE point.distance(a.place, s.place) < 2000
RETURN a.id AS id, a.name AS name, round(point.distance(a.place, s.place)) AS metres ORDER BY metres, id
