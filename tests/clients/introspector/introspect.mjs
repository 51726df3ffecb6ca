// What schema tools make of the graph: the type definitions that @neo4j/introspector reads out of a database.
import { toGraphQLTypeDefs } from "@neo4j/introspector";
import neo4j from "neo4j-driver";

const driver = neo4j.driver(process.argv[2]);
console.log(await toGraphQLTypeDefs(() => driver.session({ defaultAccessMode: neo4j.session.READ }), true));
await driver.close();
