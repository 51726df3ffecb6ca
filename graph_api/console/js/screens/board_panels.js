// What stands below the lines of the board.
import { hour } from "../clock.js";
import { status } from "../live.js";
import { Age, Countdown, Named, NamedList, Panel } from "../parts.js";
import { html } from "../preact.js";
import { href } from "../router.js";
import { label, t } from "../words.js";

/** Who works now, of each team, until when, and who comes then. @param {{of: any[]}} props */
export const OnDuty = ({ of }) =>
  html`<${Panel} title=${t("board.onDuty")} count=${of.length} id="on-duty">
    <ul class="list">${of.map(
      ({ team, onDuty, standby, until, nextOnDuty }) => html`<li key=${team.id}><a data-row href=${href("roster", team.id)}>${team.name}</a>
        <span class="right">${onDuty.length ? html`<${NamedList} of=${onDuty} />` : null}${!onDuty.length && standby.length ? html`${t("board.standby")} <${NamedList} of=${standby} />` : null}
          ${onDuty.length || standby.length ? null : html`<span class="late"><i aria-hidden="true">▲</i>${t("board.nobody")}</span>`}</span>
        <small>${until && t("board.until", { at: hour(until) })}${nextOnDuty.length ? html` → <${NamedList} of=${nextOnDuty} />` : null}</small></li>`,
    )}</ul><//>`;

/** @param {{of: any[]}} props */
export const Clocks = ({ of }) =>
  html`<${Panel} title=${t("board.clocks")} count=${of.length}>
    <ul class="list">${of.map(
      ({ incident, clock }) => html`<li key=${incident.id + clock.workOrder + clock.commitment.name}>
        <a data-row href=${href("incident", incident.id)}>${clock.commitment.name}</a><span class="num right"><${Countdown} at=${clock.dueAt} /></span>
        <small>${incident.number} · ${t("order.number", { number: clock.workOrder })} · ${hour(clock.dueAt)}</small></li>`,
    )}</ul><//>`;

/** @param {{of: any[]}} props */
export const Orders = ({ of }) =>
  html`<${Panel} title=${t("board.orders")} count=${of.length}>
    <ul class="list">${of.map(
      ({ incident, workOrder: order }) => html`<li key=${incident.id + order.number}>
        <a data-row href=${href("incident", incident.id)}>${order.task}</a> <span class="right">${label("WorkOrderState", order.state)}</span>
        <small>${incident.number} · <${Named} of=${order.team ?? order.person} /> · ${hour(order.times.at(-1)?.at)}</small></li>`,
    )}</ul><//>`;

/** Whom nobody has reached. @param {{of: any[]}} props */
export const Calls = ({ of }) =>
  html`<${Panel} title=${t("board.notReached")} count=${of.length}>
    <ul class="list">${of.map(
      ({ incident, call }) => html`<li key=${incident.id + call.at}><${Named} of=${call.person} /> <span class="right">${label("CallOutcome", call.outcome)}</span>
        <small>${incident.number} · ${hour(call.at)}</small></li>`,
    )}</ul><//>`;

/** @param {{of: any}} props */
export const OffNormal = ({ of }) =>
  html`<${Panel} title=${t("board.offNormal")} count=${of.totalCount}>
    <ul class="list">${of.nodes.map(
      (/** @type {any} */ each) => html`<li key=${each.switch.id}><a data-row href=${href("who", each.switch.id)}>${each.switch.name}</a>
        <span class="right">${label("SwitchPosition", each.position)}</span>
        <small>${t("board.normally", { position: label("SwitchPosition", each.normal) })} · ${hour(each.since)} ${each.by}</small></li>`,
    )}</ul><//>`;

/** How old the data of each source is. */
export const Sources = () => {
  const graph = status.value;
  if (!graph) return null;
  return html`<${Panel} title=${t("board.sources")} id="sources">
    <ul class="list">${graph.freshness.map(
      (/** @type {any} */ each) => html`<li key=${each.system}><b>${each.system}</b><span class="num right"><${Age} at=${each.asOf ?? each.loadedAt} /></span>
        <small>${hour(each.asOf ?? each.loadedAt)}${each.rowsRejected ? ` · ${t("board.rejected", { rows: each.rowsRejected })}` : ""}</small></li>`,
    )}</ul><p class="muted num">${t("board.revision", { revision: graph.revision })} · <${Age} at=${graph.asOf} /></p><//>`;
};
