// Two states beside each other: as it is, and with what is assumed. On the picture, and as lists of whom and what it changes.
import { Csv } from "../csv.js";
import { Countdown, Failed, Importance, Named, Panel, Supply } from "../parts.js";
import { Picture } from "../picture.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { label, t } from "../words.js";

/** @typedef {{switch: string, position: string}} Assumption */
const SHOWN = 20;

/** What two pictures of the same things say differently of a part. @param {any} before @param {any} after */
const differences = (before, after) => {
  const was = new Map(before.nodes.map((/** @type {any} */ each) => [each.id, each]));
  return after.nodes
    .map((/** @type {any} */ each) => ({ part: each, was: was.get(each.id) }))
    .filter((/** @type {any} */ each) => each.was && each.part.thing && (each.was.condition !== each.part.condition || each.was.position !== each.part.position));
};

/** How a part is: where a switch stands, and whether it is live. @param {any} part */
const stateOf = (part) => `${part.position ? `${label("SwitchPosition", part.position)} · ` : ""}${t(/** @type {any} */ (`condition.${part.condition}`))}`;

/** Whether a switch stands otherwise. @param {{part: any, was: any}} each */
const moved = ({ part, was }) => part.position !== was.position;

/** The parts that are otherwise, switches that were moved first. @param {{asked: import("../picture.js").Asked, event: any}} props */
export const Changed = ({ asked, event }) => {
  const before = useQuery("picture.States", asked);
  const after = useQuery("picture.States", { ...asked, event });
  if (!before.data?.picture || !after.data?.picture) return html`<${Failed} trouble=${before.trouble ?? after.trouble} />`;
  const found = differences(before.data.picture, after.data.picture).sort((/** @type {any} */ one, /** @type {any} */ other) => Number(moved(other)) - Number(moved(one)));
  const rows = found.map((/** @type {any} */ each) => [each.part.thing.name, each.part.thing.id, stateOf(each.was), stateOf(each.part)]);
  return html`<${Panel} title=${t("compare.parts")} count=${found.length} act=${html`<${Csv} name=${t("compare.parts")} heads=${[t("weak.thing"), "id", t("compare.before"), t("compare.after")]} rows=${rows} />`}>
    <table class="rows changed"><thead><tr><th scope="col">${t("weak.thing")}</th><th scope="col">${t("compare.before")}</th><th scope="col">${t("compare.after")}</th></tr></thead>
      <tbody>${found.slice(0, SHOWN).map((/** @type {any} */ each) => html`<tr key=${each.part.id}><th scope="row"><${Named} of=${each.part.thing} /></th><td>${stateOf(each.was)}</td><td><b>${stateOf(each.part)}</b></td></tr>`)}</tbody></table>
    ${found.length > SHOWN ? html`<p class="muted">${t("compare.more", { count: found.length - SHOWN })}</p>` : null}<//>`;
};

/** Whom it changes. @param {{assume: Assumption[]}} props */
export const Fallen = ({ assume }) => {
  const answer = useQuery("picture.WhatIf", { assume });
  const impact = answer.data?.impact;
  if (!impact) return html`<${Failed} trouble=${answer.trouble} />`;
  const { nodes, totalCount } = impact.customers;
  const heads = [t("customer.name"), t("weak.class"), t("compare.before"), t("compare.after"), t("customer.left")];
  const rows = nodes.map((/** @type {any} */ each) => [each.customer.name, label("Importance", each.customer.importance), label("SupplyState", each.before), `${label("SupplyState", each.state)} · ${label("LoadsFed", each.loadsFed)}`, each.mostUrgent?.deadline]);
  return html`<${Panel} title=${t("planner.falls")} count=${totalCount} act=${html`<${Csv} name=${t("planner.falls")} heads=${heads} rows=${rows} />`}>
    <p class="num">${t("planner.sum", { kw: Math.round(impact.summary.lostKw), areas: impact.summary.areas.count, households: impact.summary.areas.households, gained: impact.suppliesGained })}</p>
    <ul class="list">${nodes.map((/** @type {any} */ each) => html`<li key=${each.customer.id}><${Named} of=${each.customer} /> <${Importance} of=${each.customer.importance} />
      <span class="right"><${Supply} state=${each.before} /> → <${Supply} state=${each.state} loads=${each.loadsFed} /></span>${each.mostUrgent ? html`<small>${each.mostUrgent.load?.name} <${Countdown} at=${each.mostUrgent.deadline} /></small>` : null}</li>`)}</ul>
    ${totalCount > nodes.length ? html`<p class="muted">${t("compare.more", { count: totalCount - nodes.length })}</p>` : null}<//>`;
};

/** Both pictures, one above the other, so that each has the whole width. @param {{asked: import("../picture.js").Asked, event: any, pressed: (part: any) => void}} props */
export const Both = ({ asked, event, pressed }) =>
  html`<div class="stacked"><${Panel} title=${t("compare.before")}><${Picture} asked=${{ ...asked, event: null }} pressed=${pressed} /><//>
    <${Panel} title=${t("compare.after")}><${Picture} asked=${{ ...asked, event }} pressed=${pressed} /><//></div>`;
