// The board (值班台): what is open, worst first; who works; what is due next; how old what is shown is.
import { openIncident } from "../acts.js";
import { useKeys } from "../keys.js";
import { Age, Button, Countdown, Failed, Level, Named, NamedList, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { href, route, stay } from "../router.js";
import { Calls, Clocks, OffNormal, OnDuty, Orders, Sources } from "./board_panels.js";
import { label, t } from "../words.js";

/** Customers out, special and first class by name of their class. @param {{of: any}} props */
const Out = ({ of }) => {
  const counts = of.byImportance.filter((/** @type {any} */ each) => each.count);
  if (!of.affectedAt && !counts.length) return html`<span class="muted">${t("board.notYet")}</span>`;
  return html`<span class="classes">${counts.map((/** @type {any} */ each) => html`<span key=${each.importance} class=${`importance importance-${each.importance}`} title=${label("Importance", each.importance)}>${t(/** @type {any} */ (`importance.${each.importance}`))} <b class="num">${each.count}</b></span>`)}</span>
    <small class="num">${of.affectedAt && t("board.out", { out: of.outCount, of: of.totalCount, areas: of.areaCount, households: of.households })}
      ${of.reportedCount ? ` · ${t("board.reported", { count: of.reportedCount })}` : ""}</small>`;
};

/** @param {{of: any}} props */
const Deadline = ({ of }) =>
  html`<div class="stack">${of.passedCount ? html`<span class="late"><i aria-hidden="true">▲</i>${t("board.passed", { count: of.passedCount })}</span>` : null}
    ${of.nextDeadline ? html`<span><${Countdown} at=${of.nextDeadline.at} /> <small><${Named} of=${of.nextDeadline.customer} /></small></span>` : null}
    ${of.passedCount || of.nextDeadline ? null : html`<span class="muted">—</span>`}</div>`;

/** @param {{of: any}} props */
const Clock = ({ of }) =>
  of.nextClock
    ? html`<${Countdown} at=${of.nextClock.dueAt} /><small>${t("order.number", { number: of.nextClock.workOrder })}${of.overdueCount > 1 ? ` · ${t("board.overdue", { count: of.overdueCount })}` : ""}</small>`
    : html`<span class="muted">—</span>`;

/** @param {{of: any}} props */
const State = ({ of }) =>
  html`${of.unacknowledgedSince && html`<span class="unacknowledged"><i aria-hidden="true">▲</i>${t("board.unacknowledged")} <${Age} at=${of.unacknowledgedSince} /></span>`}
    ${of.unsigned && html`<span class="soon"><i aria-hidden="true">◆</i>${t("board.unsigned")}</span>`}
    ${of.repairedAt && html`<span>${t("board.repaired")}</span>`}
    ${!of.unacknowledgedSince && !of.unsigned && !of.repairedAt ? html`<span class="muted">${t("board.inHand")}</span>` : null}`;

/** @param {{of: any}} props */
const Line = ({ of }) =>
  html`<tr>
    <td><${Level} of=${of.level} /></td>
    <th scope="row"><a data-row href=${href("incident", of.incident.id)}>${of.title}</a><small class="num">${of.incident.number} · <${Age} at=${of.since} /></small></th>
    <td><${NamedList} of=${of.places} /></td>
    <td><${Out} of=${of} /></td>
    <td class="num"><${Deadline} of=${of} /></td>
    <td class="num"><${Clock} of=${of} /></td>
    <td>${of.commander ? html`<${Named} of=${of.commander} />` : html`<span class="muted">${t("board.noCommander")}</span>`}</td>
    <td><${State} of=${of} /></td>
  </tr>`;

const HEADS = /** @type {import("../words.js").Word[]} */ (["board.level", "board.incident", "board.place", "board.customers", "board.deadline", "board.clock", "board.commander", "board.acknowledged"]);

/** @param {{of: any[]}} props */
const Incidents = ({ of }) =>
  of.length
    ? html`<div class="wide"><table class="rows board">
        <thead><tr>${HEADS.map((each) => html`<th scope="col" key=${each}>${t(each)}</th>`)}</tr></thead>
        <tbody>${of.map((each) => html`<${Line} key=${each.incident.id} of=${each} />`)}</tbody>
      </table></div>`
    : html`<p class="quiet">${t("board.quiet")}</p>`;

export const Board = () => {
  const exercise = route.value.params.exercise === "1";
  const answer = useQuery("board", { exercise });
  const change = () => stay({ exercise: exercise ? "" : "1" });
  useKeys(
    [
      { key: "n", say: t("act.openIncident"), run: () => openIncident([], exercise) },
      { key: "x", say: t("board.exercises"), run: change },
    ],
    [t("brand"), exercise],
  );
  if (!answer.data?.board) return html`<h1>${t("board.title")}</h1><${Waiting} answer=${answer} />`;
  const { board, switchesOffNormal: off } = answer.data;
  return html`<div class="head"><h1>${t(exercise ? "board.exerciseTitle" : "board.title")} <span class="count">${t("board.open", { count: board.lines.length })}</span></h1>
      <${Button} say=${t(exercise ? "board.real" : "board.exercises")} keys="x" run=${change} />
      <${Button} say=${t("act.openIncident")} keys="n" run=${() => openIncident([], exercise)} /></div>
    <${Failed} trouble=${answer.trouble} />
    <div class="boardgrid"><${Incidents} of=${board.lines} />
    <div class="columns">
      <${Clocks} of=${board.clocks} />
      <${Orders} of=${board.workOrders} />
      ${board.notReached.length ? html`<${Calls} of=${board.notReached} />` : null}
      ${off && html`<${OffNormal} of=${off} />`}
      <${Sources} />
      <${OnDuty} of=${board.onDuty} />
    </div></div>`;
};
