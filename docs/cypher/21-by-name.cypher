// What is called so? 按名称查找
// $words: part of a name or of another name, in Chinese two characters or more
CALL db.index.fulltext.queryNodes('baodian_names', '"' + $words + '"') YIELD node AS n, score
RETURN n.id AS id, n.name AS name, [label IN labels(n) WHERE label <> '_Entity'][0] AS kind ORDER BY score DESC, id LIMIT 50
