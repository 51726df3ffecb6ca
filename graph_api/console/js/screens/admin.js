// What is behind the answers: sources and what they rejected, what is not ready, who may what.
import { hour } from "../clock.js";
import { Csv } from "../csv.js";
import { Age, Failed, Importance, Named, Panel, Waiting } from "../parts.js";
import { html, useState } from "../preact.js";
import { useQuery } from "../query.js";
import { told } from "../session.js";
import { lang, t } from "../words.js";
import { Register } from "./register.js";

/** What a file lost, as a table and as a file to keep. @param {{of: any}} props */
const Rejects = ({ of }) => {
  const answer = useQuery("admin.Rejects", { id: of.id, lang: lang() });
  const rejects = /** @type {any} */ (answer.data?.node)?.rejects;
  if (!rejects) return html`<${Waiting} answer=${answer} />`;
  const rows = rejects.nodes.map((/** @type {any} */ each) => [each.row, each.column, each.value, each.reason, each.remedy]);
  return html`<${Csv} name=${`${of.file}.rejects`} heads=${[t("reject.row"), t("reject.column"), t("reject.value"), t("reject.reason"), t("reject.remedy")]} rows=${rows} />
    <table class="rows"><tbody>${rejects.nodes.map((/** @type {any} */ each) => html`<tr key=${each.row + each.column}><td class="num">${each.row}</td><td>${each.column}</td><td>${each.value}</td><td>${each.reason}<small>${each.remedy}</small></td></tr>`)}</tbody></table>`;
};

const Sources = () => {
  const answer = useQuery("admin.Sources");
  const [shown, show] = useState("");
  if (!answer.data?.loads) return html`<${Waiting} answer=${answer} />`;
  const { loads, graph } = answer.data;
  return html`<${Panel} title=${t("board.sources")} count=${loads.totalCount}>
    <p class="muted num">${t("board.revision", { revision: graph.revision })} · ${t("admin.size", { entities: graph.entities, links: graph.relationships })} · ${graph.store.kind}</p>
    <ul class="list">${loads.nodes.map((/** @type {any} */ each) => html`<li key=${each.id}><b>${each.system}</b> ${each.file}<span class="right num">${t("admin.rows", { taken: each.rowsTaken, read: each.rowsRead })}${each.rowsRejected ? html` <button type="button" onClick=${() => show(shown === each.id ? "" : each.id)}>${t("board.rejected", { rows: each.rowsRejected })}</button>` : null}</span>
      <small>${hour(each.asOf ?? each.loadedAt)} · <${Age} at=${each.asOf ?? each.loadedAt} /></small>${shown === each.id ? html`<${Rejects} of=${each} />` : null}</li>`)}</ul><//>`;
};

const Findings = () => {
  const answer = useQuery("admin.Findings", { lang: lang() });
  if (!answer.data) return html`<${Waiting} answer=${answer} />`;
  const found = answer.data.readiness;
  if (!found) return html`<${Failed} trouble=${answer.trouble} />`;
  return html`<${Panel} title=${t("admin.findings")} count=${found.totalCount}><ul class="list">${found.nodes.map((/** @type {any} */ each) => html`<li key=${each.id}><${Named} of=${each.customer} /> <span class="right"><${Importance} of=${each.customer.importance} /></span><small>${each.text}</small></li>`)}</ul><//>`;
};

export const Admin = () =>
  html`<div class="head"><h1>${t("admin.title")}</h1></div>
    <div class="incident"><div><${Findings} /></div><div><${Sources} />${told.value.roles?.includes("ADMINISTRATOR") ? html`<${Register} />` : null}</div></div>`;
