// The plan of a customer: procedures, the way in, what is prepared.
import { day } from "../clock.js";
import { NamedList, Panel, Supply } from "../parts.js";
import { html } from "../preact.js";
import { label, t } from "../words.js";

/** That for the state of now is open; paper has all of them. @param {{of: any[], now: string}} props */
export const Procedures = ({ of, now }) =>
  html`${of.map(
    (each) => html`<${Panel} key=${each.id} title=${each.title} act=${html`<${Supply} state=${each.state} />`}>
      <details open=${each.state === now || of.length === 1}><summary>${t("procedure.steps", { count: each.steps.length })}</summary>
        ${each.trigger && html`<p><b>${t("procedure.trigger")}</b> ${each.trigger}</p>`}
        <ol class="list steps">${each.steps.map((/** @type {any} */ step) => html`<li key=${step.id}><b class="order num">${step.order}</b><span class="text">${step.condition ? `${step.condition}: ` : ""}${step.text}<small>${label("ResponsibilityRole", step.role)}${step.timeLimitS ? ` · ${t("minutes", { minutes: Math.round(step.timeLimitS / 60) })}` : ""}${step.confirmBack ? ` · ${step.confirmBack}` : ""}</small></span></li>`)}</ol>
        ${each.exit && html`<p><b>${t("procedure.exit")}</b> ${each.exit}</p>`}</details><//>`,
  )}`;

/** @param {{of: any[]}} props */
export const Guides = ({ of }) =>
  html`${of.map(
    (each) => html`<${Panel} key=${each.id} title=${t("guide.title")}><p>${each.text}</p>
      <ol class="list steps">${each.waypoints.map((/** @type {any} */ point) => html`<li key=${point.id}><b class="order num">${point.order}</b><span class="text">${point.text ?? point.name}<small>${label("WaypointType", point.waypointType)} <${NamedList} of=${point.metBy} /></small></span></li>`)}</ol><//>`,
  )}`;

/** @param {{of: any[]}} props */
export const Preparations = ({ of }) =>
  of.length
    ? html`<${Panel} title=${t("preparation.title")} count=${of.length}><ol class="list">${of.map((each) => html`<li key=${each.id}><span>${each.doneOn ? "☑" : "☐"} ${each.text}</span><small>${label("ResponsibilityRole", each.role)} ${each.doneOn ? day(each.doneOn) : ""}</small></li>`)}</ol><//>`
    : null;
