// The hand-over sheet (交接单): what whoever takes over has to know and to do, and signs for. Printed, it is signed on paper.
import { hour } from "../clock.js";
import { useKeys } from "../keys.js";
import { Button, Countdown, Failed, Importance, Level, Named, NamedList, Panel, Supply, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { go } from "../router.js";
import { label, lang, t } from "../words.js";
import { handOver, sign } from "./incident_acts.js";

/** @typedef {{kind: string, item: any, how?: any, due?: string | null}} Open */

/** The last call of each person, where nobody was reached. @param {any[]} calls */
const notReached = (calls) => [...new Map(calls.map((each) => [each.person?.id, each])).values()].filter((each) => each.person && each.outcome !== "REACHED");

/** Everything that is open, in the order in which somebody new asks for it. @param {any} state @returns {Open[]} */
const openOf = (state) => [
  ...state.left.map((/** @type {any} */ each) => ({ kind: t("incident.left"), item: each.text })),
  ...state.workOrders
    .filter((/** @type {any} */ each) => each.isOpen)
    .map((/** @type {any} */ each) => ({ kind: t("order.number", { number: each.number }), item: html`${each.task} · <${NamedList} of=${[each.team, each.person, each.vehicle].filter(Boolean)} />`, how: label("WorkOrderState", each.state) })),
  ...state.clocks
    .filter((/** @type {any} */ each) => !each.endedAt)
    .map((/** @type {any} */ each) => ({ kind: t("handover.limit"), item: `${t("order.number", { number: each.workOrder })} · ${each.commitment.name}`, due: each.dueAt })),
  ...state.checklists.flatMap((/** @type {any} */ list) =>
    list.steps.filter((/** @type {any} */ step) => !step.outcome).map((/** @type {any} */ step) => ({ kind: t("incident.checklist"), item: html`<${Named} of=${list.customer} /> ${step.step.text}`, due: step.dueAt })),
  ),
  ...state.offNormal.map((/** @type {any} */ each) => ({ kind: t("board.offNormal"), item: html`<${Named} of=${each} />` })),
  ...notReached(state.calls).map((each) => ({ kind: t("board.notReached"), item: html`<${Named} of=${each.person} />`, how: `${label("CallOutcome", each.outcome)} ${hour(each.at)}` })),
  ...state.waiting.map((/** @type {any} */ each) => ({ kind: t("handover.tells"), item: each.rule.name, due: each.dueAt })),
];

/** @param {{of: Open[]}} props */
const Todo = ({ of }) =>
  html`<${Panel} title=${t("handover.open")} count=${of.length}><table class="rows"><tbody>${of.map(
    (each, at) => html`<tr key=${at}><td>${each.kind}</td><th scope="row">${each.item}</th><td>${each.how}</td><td class="num">${each.due ? html`${hour(each.due)} · <${Countdown} at=${each.due} />` : null}</td><td class="tickbox" aria-hidden="true">☐</td></tr>`,
  )}</tbody></table><//>`;

/** Whom the grid does not feed fully, in the order of need. @param {{state: any}} props */
const StillOut = ({ state }) => {
  const rows = (state.recorded?.customers.nodes ?? []).filter((/** @type {any} */ each) => !each.back && each.loadsFed !== "ALL");
  if (!rows.length && !state.reportedOut.length) return html`<p class="quiet">${t("handover.nobodyOut")}</p>`;
  return html`<${Panel} title=${t("handover.out")} count=${rows.length}><table class="rows"><tbody>
    ${rows.map((/** @type {any} */ each) => html`<tr key=${each.customerId}><th scope="row"><${Named} of=${each.customer ?? { id: each.customerId, kind: "CUSTOMER" }} /></th><td>${each.customer && html`<${Importance} of=${each.customer.importance} />`}</td><td><${Supply} state=${each.state} loads=${each.loadsFed} /></td><td class="num">${each.deadline ? html`${hour(each.deadline)} · <${Countdown} at=${each.deadline} />` : t("customer.noLimit")}</td></tr>`)}
    ${state.reportedOut.map((/** @type {any} */ each) => html`<tr key=${each.id}><th scope="row"><${Named} of=${each} /></th><td colspan="3">${t("handover.calls")}</td></tr>`)}</tbody></table><//>`;
};

/** @param {{state: any}} props */
const Facts = ({ state }) =>
  html`<dl class="facts">
    <div><dt>${t("incident.since")}</dt><dd class="num">${hour(state.since)} · ${t("handover.asOf", { at: hour(state.at) })}</dd></div>
    <div><dt>${t("board.commander")}</dt><dd>${state.commander ? html`<${Named} of=${state.commander} />` : t("board.noCommander")}</dd></div>
    <div><dt>${t("incident.fault")}</dt><dd>${state.noFault ? t("incident.noFault") : state.fault.length ? html`<${NamedList} of=${state.fault} />` : html`${t("incident.notFound")} · <${NamedList} of=${[...state.equipment, ...state.tripped]} />`}${state.repairedAt && ` · ${t("board.repaired")} ${hour(state.repairedAt)}`}</dd></div>
    <div><dt>${t("board.customers")}</dt><dd class="num">${state.recorded ? t("board.out", { out: state.recorded.outCount, of: state.recorded.totalCount, areas: state.recorded.areaCount, households: state.recorded.households }) : t("board.notYet")}</dd></div>
  </dl>`;

const Signatures = () =>
  html`<table class="rows signatures"><tbody>${/** @type {const} */ (["handover.from", "handover.by"]).map((who) => html`<tr key=${who}><th scope="row">${t(who)}</th><td>${t("handover.signature")}</td><td>${t("handover.time")}</td></tr>`)}</tbody></table>`;

/** @param {{id: string}} props */
export const HandOver = ({ id }) => {
  const answer = useQuery("handover", { id, lang: lang() });
  const incident = answer.data?.incident;
  const state = incident?.stateAt;
  const acts = state
    ? [
        { key: "P", say: t("customer.print"), run: () => print() },
        ...(state.isOpen ? [{ key: "h", say: t("act.handOver"), run: () => handOver(incident) }] : []),
        ...(state.unsigned && state.commander ? [{ key: "s", say: t("act.sign"), run: () => sign(incident) }] : []),
        { key: "i", say: t("incident.title"), run: () => go("incident", id) },
      ]
    : [];
  useKeys(acts, [incident, lang()]);
  if (!answer.data) return html`<h1>${t("handover.title")}</h1><${Waiting} answer=${answer} />`;
  if (!state) return html`<h1>${t("handover.title")}</h1><p class="quiet">${t("incident.none")}</p>`;
  return html`<div class="head"><h1>${t("handover.title")} · <${Level} of=${state.level} /> ${state.title} <span class="count num">${incident.number}${incident.exercise ? ` · ${t("board.exercises")}` : ""}</span></h1></div>
    <${Failed} trouble=${answer.trouble} />
    <div class="acts" role="toolbar" aria-label=${t("incident.acts")}>${acts.map((each) => html`<${Button} key=${each.key} say=${each.say} keys=${each.key} run=${each.run} />`)}</div>
    ${state.unsigned ? html`<p class="banner note">◆ ${t("board.unsigned")} <${Named} of=${state.commander} /></p>` : null}
    <${Facts} state=${state} />
    <div class="stacked"><${StillOut} state=${state} /><${Todo} of=${openOf(state)} />
    <${Panel} title=${t("handover.last")}><ol class="list timeline">${incident.newest.map((/** @type {any} */ each) => html`<li key=${each.id}><b class="num">${hour(each.at)}</b> <span class="text">${each.text}${each.note ? html` <em>${each.note}</em>` : null} <small>${each.by}</small></span></li>`)}</ol><//>
    <${Signatures} /></div>`;
};
