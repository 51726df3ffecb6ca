// Weak spots, the worst first: what one fault takes, which supplies have something in common, what a class asks for, what is not ready.
import { Csv } from "../csv.js";
import { Failed, Importance, Named, NamedList, Panel, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { href } from "../router.js";
import { label, lang, t } from "../words.js";

const SHOWN = 100;

/** The names of things, one after the other. @param {any[]} things */
const names = (things) => things.map((each) => each.name || each.id).join("; ");

/** What one fault does; each leads to its picture. @param {{of: any}} props */
const Faults = ({ of: found }) => {
  const rows = found.nodes.map((/** @type {any} */ each) => [each.rank, names(each.equipment), each.equipmentCount, each.lostCount, each.degradedCount, each.areas.count, each.areas.households, Math.round(each.lostKw)]);
  const heads = [t("weak.rank"), t("weak.thing"), t("weak.things"), t("weak.lost"), t("weak.degraded"), t("weak.areas"), t("weak.households"), "kW"];
  return html`<${Panel} title=${t("planner.weak")} count=${found.totalCount} act=${html`<${Csv} name=${t("planner.weak")} heads=${heads} rows=${rows} />`}>
    <ol class="list">${found.nodes.map((/** @type {any} */ each) => {
      const [first] = each.equipment;
      return html`<li key=${each.rank}>${first ? html`<a data-row href=${href("planner", first.id)}>${first.name || first.id}</a>` : null}${each.equipmentCount > 1 ? ` +${each.equipmentCount - 1}` : ""}
        <small class="num">${t("planner.weakSum", { lost: each.lostCount, degraded: each.degradedCount, areas: each.areas.count, kw: Math.round(each.lostKw) })}</small></li>`;
    })}</ol><//>`;
};

/** What is found of a customer against what its class asks for. @param {any} each */
const lack = (each) => (each.demand ? `${label("SupplyDemand", each.demand)} ${each.found ?? "?"} / ${each.required ?? "?"}` : "");

/** What the supplies of a customer have in common, or lack. @param {{of: any}} props */
const Risks = ({ of: found }) => {
  const rows = found.nodes.map((/** @type {any} */ each) => [each.customer.name, label("Importance", each.customer.importance), label("RiskKind", each.kind), names(each.things), each.thingCount, lack(each), each.source]);
  const heads = [t("customer.name"), t("weak.class"), t("weak.kind"), t("weak.thing"), t("weak.things"), t("weak.lack"), t("weak.rule")];
  return html`<${Panel} title=${t("weak.risks")} count=${found.totalCount} act=${html`<${Csv} name=${t("weak.risks")} heads=${heads} rows=${rows} />`}>
    <ol class="list">${found.nodes.map((/** @type {any} */ each, /** @type {number} */ at) => html`<li key=${at}><a data-row href=${href("customer", each.customer.id)}>${each.customer.name}</a> <${Importance} of=${each.customer.importance} /><b class="right">${label("RiskKind", each.kind)}</b>
      <small>${each.demand ? lack(each) : html`<${NamedList} of=${each.things.slice(0, 3)} />${each.thingCount > 3 ? ` +${each.thingCount - 3}` : ""}`} ${each.source}</small></li>`)}</ol><//>`;
};

/** What is not ready: plans, procedures, contacts. */
const Findings = () => {
  const answer = useQuery("admin.Findings", { lang: lang() });
  const found = answer.data?.readiness;
  if (!found) return answer.trouble ? html`<${Failed} trouble=${answer.trouble} />` : null;
  const rows = found.nodes.map((/** @type {any} */ each) => [each.customer.name, label("Importance", each.customer.importance), label("FindingKind", each.kind), each.text]);
  const heads = [t("customer.name"), t("weak.class"), t("weak.kind"), t("weak.text")];
  return html`<${Panel} title=${t("admin.findings")} count=${found.totalCount} act=${html`<${Csv} name=${t("admin.findings")} heads=${heads} rows=${rows} />`}>
    <ul class="list">${found.nodes.map((/** @type {any} */ each) => html`<li key=${each.id}><${Named} of=${each.customer} /> <span class="right"><${Importance} of=${each.customer.importance} /></span><small>${each.text}</small></li>`)}</ul><//>`;
};

/** Both heavy questions are asked as one, what is not ready after them: a service takes few of these at a time. */
export const Weak = () => {
  const answer = useQuery("picture.Weak", { first: SHOWN });
  const { contingencies, supplyRisks } = answer.data ?? {};
  return html`${contingencies && supplyRisks ? null : html`<${Waiting} answer=${answer} />`}
    <div class="columns three">${contingencies && html`<${Faults} of=${contingencies} />`}${supplyRisks && html`<${Risks} of=${supplyRisks} />`}${answer.data && html`<${Findings} />`}</div>`;
};
