// An incident: who is hit and until when, where the fault can be, what to do, who does it, and what was done.
import { hour } from "../clock.js";
import { useKeys } from "../keys.js";
import { Age, Button, Failed, Level, Named, NamedList, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { route } from "../router.js";
import { lang, t } from "../words.js";
import { EvidenceMenu } from "./evidence_menu.js";
import { actsOf } from "./incident_acts.js";
import { Customers, CustomersThen } from "./incident_customers.js";
import { Evidence, Places } from "./incident_fault.js";
import { IncidentPicture } from "./incident_picture.js";
import { Plan } from "./incident_plan.js";
import { AsItWas, Timeline } from "./incident_time.js";
import { Checklists, Orders } from "./incident_work.js";

/** What it is about, and how it stands. @param {{of: any}} props */
const Facts = ({ of: state }) =>
  html`<dl class="facts">
    <div><dt>${t("incident.since")}</dt><dd class="num">${hour(state.since)} · <${Age} at=${state.since} /></dd></div>
    <div><dt>${t("board.commander")}</dt><dd>${state.commander ? html`<${Named} of=${state.commander} />` : t("board.noCommander")}${state.unsigned && html` <span class="soon"><i aria-hidden="true">◆</i>${t("board.unsigned")}</span>`}</dd></div>
    <div><dt>${t("field.equipment")}</dt><dd><${NamedList} of=${state.equipment} /></dd></div>
    <div><dt>${t("field.tripped")}</dt><dd><${NamedList} of=${state.tripped} /></dd></div>
    <div><dt>${t("incident.fault")}</dt><dd>${state.noFault ? t("incident.noFault") : state.fault.length ? html`<${NamedList} of=${state.fault} />` : html`<span class="muted">${t("incident.notFound")}</span>`}${state.repairedAt && ` · ${t("board.repaired")} ${hour(state.repairedAt)}`}</dd></div>
    ${state.refused.length ? html`<div><dt>${t("incident.refused")}</dt><dd><span class="soon"><i aria-hidden="true">◆</i></span> <${NamedList} of=${state.refused} /></dd></div>` : null}
    <div><dt>${t("board.customers")}</dt><dd class="num">${state.recorded ? t("board.out", { out: state.recorded.outCount, of: state.recorded.totalCount, areas: state.recorded.areaCount, households: state.recorded.households }) : t("board.notYet")}</dd></div>
  </dl>`;

/** @param {{of: any, past: boolean}} props */
const Standing = ({ of: state, past }) => {
  if (past) return html`<p class="banner note">${t("incident.asItWas", { at: hour(state.at) })}</p>`;
  if (state.joinedInto) return html`<p class="banner note">${t("incident.joined")} <${Named} of=${state.joinedInto} /></p>`;
  if (!state.isOpen) return html`<p class="banner note">${t("incident.closed", { at: hour(state.closedAt), by: state.closedBy ?? "" })}</p>`;
  if (!state.unacknowledgedSince) return null;
  return html`<p class="banner late"><i aria-hidden="true">▲</i> ${t("board.unacknowledged")} <${Age} at=${state.unacknowledgedSince} />
    ${state.waiting.map((/** @type {any} */ each) => html` · ${t("incident.waits", { rule: each.rule.name, at: hour(each.dueAt) })}`)}</p>`;
};

/** @param {{left: any[]}} props */
const Left = ({ left }) =>
  left.length
    ? html`<section class="panel" aria-label=${t("incident.left")}><h2>${t("incident.left")}</h2><ul class="list">${left.map((each) => html`<li key=${each.kind}>${each.text}</li>`)}</ul></section>`
    : null;

/** @param {{id: string}} props */
export const Incident = ({ id }) => {
  const at = route.value.params.at || null;
  const answer = useQuery("incident.Incident", { id, at, lang: lang() });
  const incident = answer.data?.incident;
  const acts = incident?.stateAt && !at ? actsOf(incident) : [];
  useKeys(acts, [incident, at, lang()]);
  if (!answer.data) return html`<h1>${t("incident.title")}</h1><${Waiting} answer=${answer} />`;
  const state = incident?.stateAt;
  if (!state) return html`<h1>${t("incident.title")}</h1><p class="quiet">${t("incident.none")}</p>`;
  return html`<div class="head"><h1><${Level} of=${state.level} /> ${state.title} <span class="count num">${incident.number}${incident.exercise ? ` · ${t("board.exercises")}` : ""}</span></h1></div>
    <${Standing} of=${state} past=${!!at} />
    <${Failed} trouble=${answer.trouble} /><${EvidenceMenu} />
    ${acts.length ? html`<div class="acts" role="toolbar" aria-label=${t("incident.acts")}>${acts.map((each) => html`<${Button} key=${each.key} say=${each.say} keys=${each.key} run=${each.run} />`)}</div>` : null}
    <${Facts} of=${state} />
    <div class="incident urgent">
      <div>${at ? html`<${CustomersThen} of=${state.recorded} />` : html`<${Customers} incident=${incident} />`}</div>
      <div>${!at && state.isOpen ? html`<${Places} incident=${incident} />` : null}</div>
    </div>
    ${at ? null : html`<${IncidentPicture} incident=${incident} />`}
    <div class="incident">
      <div>
        ${!at && state.isOpen ? html`<${Plan} incident=${incident} />` : null}
        <${Checklists} incident=${incident} past=${!!at} />
      </div>
      <div>
        <${Evidence} incident=${incident} past=${!!at} />
        <${Orders} incident=${incident} past=${!!at} />
        <${Left} left=${state.left} />
        <${AsItWas} state=${state} at=${at} />
        <${Timeline} of=${incident.newest} at=${at} />
      </div>
    </div>`;
};
