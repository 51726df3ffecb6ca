// The board (值班台): what is open, worst first; what is due next; how old what is shown is.
import { openIncident } from "../acts.js";
import { hour } from "../clock.js";
import { useKeys } from "../keys.js";
import { status } from "../live.js";
import { Age, Button, Countdown, Failed, Level, Named, NamedList, Panel, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { href } from "../router.js";
import { label, t } from "../words.js";

/** @param {{of: any}} props */
const Line = ({ of: { id, number, stateAt: state } }) => {
  const due = state.clocks.filter((/** @type {any} */ each) => !each.endedAt).map((/** @type {any} */ each) => each.dueAt).sort()[0];
  return html`<tr>
    <td><${Level} of=${state.level} /></td>
    <th scope="row"><a data-row href=${href("incident", id)}>${state.title}</a><small class="num">${number}</small></th>
    <td><${NamedList} of=${state.equipment} /></td>
    <td class="num">${state.recorded ? t("board.out", { out: state.recorded.outCount, of: state.recorded.totalCount }) : t("board.notYet")}</td>
    <td class="num"><${Countdown} at=${due} none="—" /></td>
    <td>${state.commander ? html`<${Named} of=${state.commander} />` : html`<span class="muted">${t("board.noCommander")}</span>`}</td>
    <td>${state.unacknowledgedSince && html`<span class="unacknowledged"><i aria-hidden="true">▲</i> ${t("board.unacknowledged")} <${Age} at=${state.unacknowledgedSince} /></span>`}</td>
  </tr>`;
};

/** @param {{of: any[]}} props */
const Incidents = ({ of }) =>
  of.length
    ? html`<div class="wide"><table class="rows">
        <thead><tr>${["level", "incident", "place", "customers", "clock", "commander", "acknowledged"].map((each) => html`<th scope="col">${t(/** @type {any} */ (`board.${each}`))}</th>`)}</tr></thead>
        <tbody>${of.map((each) => html`<${Line} key=${each.id} of=${each} />`)}</tbody>
      </table></div>`
    : html`<p class="quiet">${t("board.quiet")}</p>`;

/** @param {{of: any[]}} props */
const Clocks = ({ of }) =>
  html`<ul class="list">${of.map(
    ({ incident, clock }) => html`<li key=${incident.id + clock.workOrder + clock.dueAt}>
      <span class="num"><${Countdown} at=${clock.dueAt} /></span><a data-row href=${href("incident", incident.id)}>${clock.commitment.name}</a>
      <small>${incident.number} · ${t("order.number", { number: clock.workOrder })} · ${hour(clock.dueAt)}</small></li>`,
  )}</ul>`;

/** @param {{of: any[]}} props */
const Orders = ({ of }) =>
  html`<ul class="list">${of.map(
    ({ incident, workOrder: order }) => html`<li key=${incident.id + order.number}>
      <a data-row href=${href("incident", incident.id)}>${order.task}</a> <span>${label("WorkOrderState", order.state)}</span>
      <small>${incident.number} · <${Named} of=${order.team ?? order.person} /> · ${hour(order.times.at(-1)?.at)}</small></li>`,
  )}</ul>`;

/** @param {{of: any}} props */
const OffNormal = ({ of }) =>
  html`<ul class="list">${of.nodes.map(
    (/** @type {any} */ each) => html`<li key=${each.switch.id}><a data-row href=${href("who", each.switch.id)}>${each.switch.name}</a>
      <span>${label("SwitchPosition", each.position)} <small>${t("board.normally", { position: label("SwitchPosition", each.normal) })}</small></span>
      <small>${hour(each.since)} ${each.by}</small></li>`,
  )}</ul>`;

/** How old the data of each source is. */
const Sources = () => {
  const graph = status.value;
  if (!graph) return null;
  return html`<${Panel} title=${t("board.sources")} id="sources">
    <ul class="list">${graph.freshness.map(
      (/** @type {any} */ each) => html`<li key=${each.system}><b>${each.system}</b><span class="num"><${Age} at=${each.asOf ?? each.loadedAt} /></span>
        <small>${hour(each.asOf ?? each.loadedAt)}${each.rowsRejected ? ` · ${t("board.rejected", { rows: each.rowsRejected })}` : ""}</small></li>`,
    )}</ul><p class="muted num">${t("board.revision", { revision: graph.revision })} · <${Age} at=${graph.asOf} /></p><//>`;
};

export const Board = () => {
  const answer = useQuery("board", { exercise: false });
  useKeys([{ key: "n", say: t("act.openIncident"), run: () => openIncident() }], [t("brand")]);
  if (!answer.data) return html`<h1>${t("board.title")}</h1><${Waiting} answer=${answer} />`;
  const { board, switchesOffNormal: off } = answer.data;
  return html`<div class="head"><h1>${t("board.title")}</h1><span class="count">${t("board.open", { count: board.incidents.length })}</span>
      <${Button} say=${t("act.openIncident")} keys="n" run=${() => openIncident()} /></div>
    <${Failed} trouble=${answer.trouble} />
    <${Incidents} of=${board.incidents} />
    <div class="columns">
      <${Panel} title=${t("board.clocks")} count=${board.clocks.length}><${Clocks} of=${board.clocks} /><//>
      <${Panel} title=${t("board.orders")} count=${board.workOrders.length}><${Orders} of=${board.workOrders} /><//>
      <${Panel} title=${t("board.offNormal")} count=${off?.totalCount}>${off && html`<${OffNormal} of=${off} />`}<//>
      <${Sources} />
    </div>`;
};
