// A customer: what feeds it now, what must not go dark, what to do, the way in, who answers for it. Printed, it is the plan.
import { openIncident } from "../acts.js";
import { day, hour } from "../clock.js";
import { useKeys } from "../keys.js";
import { Button, Failed, Importance, Named, NamedList, Panel, Phone, Supply, Waiting } from "../parts.js";
import { Picture } from "../picture.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { reveal } from "../reveal.js";
import { go, href } from "../router.js";
import { Responsibility } from "../table.js";
import { label, lang, t } from "../words.js";
import { Guides, Preparations, Procedures } from "./customer_plan.js";

/** @param {number | null} seconds */
const limit = (seconds) => (seconds === null || seconds === undefined ? t("customer.noLimit") : seconds < 60 ? t("seconds", { seconds }) : t("minutes", { minutes: Math.round(seconds / 60) }));

/** @param {{of: any}} props */
const Supplies = ({ of: point }) =>
  html`<ul class="list">${point.supplySources.map(
    (/** @type {any} */ each) => html`<li key=${each.id}><span class=${each.energised ? "" : "supply-LOST"}><i aria-hidden="true">${each.energised ? "●" : "✕"}</i> <a data-row href=${href("who", each.id)}>${each.name}</a></span>
      <span class="right">${label("SupplyRole", each.role)} · ${t(each.energised ? "supply.live" : "supply.dead")}${each.incomingSwitch ? ` · ${label("SwitchPosition", each.incomingSwitch.position)}` : ""}</span>
      <small>${each.feeders.length ? html`${t("supply.fedBy")} <${NamedList} of=${each.feeders} />` : html`${t("supply.ledger")} <${Named} of=${each.ledgerFeeder} />`}${each.capacityKva ? ` · ${each.capacityKva} kVA` : ""}</small></li>`,
  )}</ul>
  <p class="muted">${label("TransferMode", point.transfer)}${point.transferSeconds ? ` ${t("seconds", { seconds: point.transferSeconds })}` : ""}${point.interlock ? ` · ${label("Interlock", point.interlock)}` : ""}${point.loadKw ? ` · ${point.loadKw} kW` : ""}</p>`;

/** @param {{of: any}} props */
const Loads = ({ of: point }) =>
  point.loads.length
    ? html`<table class="rows"><thead><tr><th scope="col">${t("load.name")}</th><th scope="col">kW</th><th scope="col">${t("load.grade")}</th><th scope="col">${t("load.limit")}</th><th scope="col">${t("load.backed")}</th></tr></thead>
      <tbody>${point.loads.map((/** @type {any} */ each) => html`<tr key=${each.id}><th scope="row">${each.name}</th><td class="num">${each.kw ?? ""}</td><td>${label("LoadGrade", each.grade)}${each.security ? html` <b>${t("load.security")}</b>` : null}</td><td class="num">${limit(each.permittedInterruptionS)}</td><td>${each.backedBy.map((/** @type {any} */ source) => source.name).join(t("list.comma"))}</td></tr>`)}</tbody></table>`
    : null;

/** @param {{of: any}} props */
const OwnSources = ({ of: point }) =>
  html`<ul class="list">
    ${point.emergencySources.map((/** @type {any} */ each) => html`<li key=${each.id}><b>${each.name}</b><span class="right">${label("EmergencySourceType", each.sourceType)} ${each.kw ?? "?"} kW${each.inService ? "" : ` · ${t("source.out")}`}</span><small>${t("source.facts", { start: each.startSeconds ?? "?", minutes: each.enduranceMinutes ?? "?" })} · ${t(each.automatic ? "source.automatic" : "source.byHand")}${each.interlock ? ` · ${label("Interlock", each.interlock)}` : ""}</small></li>`)}
    ${point.accessPoints.map((/** @type {any} */ each) => html`<li key=${each.id}><b>${each.name}</b><span class="right">${t("source.access")}</span><small>${each.connector ?? ""} ${each.cableM ? `${each.cableM} m` : ""} ${each.notes ?? ""}</small></li>`)}</ul>`;

/** @param {{of: any}} props */
const Point = ({ of }) =>
  html`<${Panel} title=${of.name ?? of.id}><${Supplies} of=${of} /><${Loads} of=${of} /><${OwnSources} of=${of} /><//>`;

/** @param {{of: any}} props */
const History = ({ of }) =>
  of.incidents.length || of.outageRecords.length
    ? html`<${Panel} title=${t("customer.history")} count=${of.incidents.length + of.outageRecords.length}><ul class="list">
        ${of.incidents.map((/** @type {any} */ each) => html`<li key=${each.id}><a data-row href=${href("incident", each.id)}>${each.stateAt.title}</a><span class="right">${t(each.stateAt.isOpen ? "incident.open" : "incident.done")}</span><small>${each.number} · ${hour(each.stateAt.since)}</small></li>`)}
        ${of.outageRecords.map((/** @type {any} */ each) => html`<li key=${each.id}>${label("OutageType", each.outageType)}<small>${day(each.start)} ${hour(each.start)} ${each.reason ?? ""}</small></li>`)}</ul><//>`
    : null;

/** @param {{of: any}} props */
const Contacts = ({ of }) =>
  of.contacts.length ? html`<${Panel} title=${t("customer.contacts")}><ul class="list">${of.contacts.map((/** @type {any} */ each) => html`<li key=${each.id}>${label("ContactType", each.contactType)}<span class="right"><${Phone} of=${each} /></span>${each.verifiedOn && html`<small>${t("customer.verified", { on: day(each.verifiedOn) })}</small>`}</li>`)}</ul><//>` : null;

/** @param {{id: string}} props */
export const Customer = ({ id }) => {
  const answer = useQuery("customer", { id, lang: lang() });
  const of = /** @type {any} */ (answer.data?.node);
  const open = of?.incidents.find((/** @type {any} */ each) => each.stateAt.isOpen);
  const acts = of
    ? [
        { key: "P", say: t("customer.print"), run: () => print() },
        { key: "n", say: t("act.openIncident"), run: () => openIncident([of]) },
        { key: "r", say: t("table.title"), run: () => go("who", id) },
        ...(open ? [{ key: "v", say: t("act.reveal"), run: () => reveal(open.id, [of]) }] : []),
      ]
    : [];
  useKeys(acts, [of, lang()]);
  if (!answer.data) return html`<h1>${t("customer.title")}</h1><${Waiting} answer=${answer} />`;
  if (!of?.receivingPoints) return html`<h1>${t("customer.title")}</h1><p class="quiet">${t("thing.none")}</p>`;
  const version = of.plan?.currentVersion;
  return html`<div class="head"><h1>${of.name} <span class="count"><${Importance} of=${of.importance} /> ${of.number ?? ""}</span></h1><${Supply} state=${of.supplyState} loads=${of.loadsFed} /></div>
    <${Failed} trouble=${answer.trouble} />
    <div class="acts" role="toolbar" aria-label=${t("incident.acts")}>${acts.map((each) => html`<${Button} key=${each.key} say=${each.say} keys=${each.key} run=${each.run} />`)}</div>
    <p class="muted">${of.sites.map((/** @type {any} */ each) => each.address).join(" ")} ${of.industry ?? ""} ${of.contractKva ? `${of.contractKva} kVA` : ""} ${of.manager ? html`· ${label("ResponsibilityRole", "CUSTOMER_MANAGER")} <${Named} of=${of.manager} />` : null}</p>
    <${Panel} title=${t("picture.inside")}><${Picture} asked=${{ of: [id], kind: "CUSTOMER" }} /><//>
    <div class="incident">
      <div>${of.receivingPoints.map((/** @type {any} */ each) => html`<${Point} key=${each.id} of=${each} />`)}
        <${Responsibility} of=${of.responsibility} /><${Contacts} of=${of} /><${History} of=${of} /></div>
      <div>${version ? html`<p class="muted">${t("plan.version", { number: version.versionNumber })} · ${version.approvedOn ? t("plan.approved", { on: day(version.approvedOn), by: version.approvedBy ?? "" }) : html`<span class="soon"><i aria-hidden="true">◆</i>${t("plan.notApproved")}</span>`}${version.reviewDue ? ` · ${t("plan.review", { on: day(version.reviewDue) })}` : ""}</p>
          <${Procedures} of=${version.procedures} now=${of.supplyState} /><${Guides} of=${version.guides} /><${Preparations} of=${version.preparations} />` : html`<p class="quiet">${t("plan.none")}</p>`}</div>
    </div>`;
};
