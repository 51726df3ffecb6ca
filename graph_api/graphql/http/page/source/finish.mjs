// After the build: drop the embedded fonts (system fonts are used), collect the licences of what was bundled.
import { existsSync, readFileSync, readdirSync, unlinkSync, writeFileSync } from "node:fs";

const assets = "../../assets/";
const css = readFileSync(assets + "graphiql.css", "utf8");
writeFileSync(assets + "graphiql.css", css.replace(/@font-face\{[^}]*\}/g, ""));

const bundled = Object.keys(JSON.parse(readFileSync("meta.json", "utf8")).inputs);
const packages = new Set(
  bundled.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean),
);
const parts = [...packages].sort().map((path) => {
  const about = JSON.parse(readFileSync(path + "/package.json", "utf8"));
  const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
  const text = file && existsSync(`${path}/${file}`) ? readFileSync(`${path}/${file}`, "utf8").trim() : "";
  return `${about.name} ${about.version} (${about.license})\n\n${text}`;
});
writeFileSync(assets + "LICENSES.txt", "What graphiql.js and graphiql.css are made of.\n\n" + parts.join("\n\n----\n\n") + "\n");
unlinkSync("meta.json");
