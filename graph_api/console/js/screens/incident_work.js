// Work orders and check lists of procedures.
import { filled } from "../acts.js";
import { hour } from "../clock.js";
import { actNow, form } from "../form.js";
import { Countdown, Named, Panel } from "../parts.js";
import { html } from "../preact.js";
import { holds, pressed, RowActs } from "../rows.js";
import { label, labels, t } from "../words.js";

/** @param {any} incident @param {any} order */
const update = (incident, order) => {
  const states = labels("WorkOrderState");
  const later = states.slice(states.findIndex(([code]) => code === order.state) + 1);
  form.value = {
    title: `${t("order.number", { number: order.number })} · ${order.task}`,
    operation: "acts.UpdateWorkOrder",
    fields: [
      { name: "state", label: t("field.state"), type: "choice", need: true, choices: later, value: later[0]?.[0] },
      { name: "note", label: t("field.note"), type: "long" },
    ],
    input: (typed) => filled({ incident: incident.id, workOrder: order.number, ...typed }),
  };
};

/** @param {{incident: any, past: boolean}} props */
export const Orders = ({ incident, past }) => {
  const { workOrders, clocks, isOpen } = incident.stateAt;
  if (!workOrders.length) return null;
  return html`<${Panel} title=${t("incident.orders")} count=${workOrders.length}>
    <ul class="list">${workOrders.map((/** @type {any} */ order) => {
      const acts = order.isOpen && isOpen && !past ? [{ key: "t", say: t("order.next"), run: () => update(incident, order) }] : [];
      const running = clocks.filter((/** @type {any} */ each) => each.workOrder === order.number && !each.endedAt);
      return html`<li key=${order.number} tabindex="0" data-row onKeyDown=${pressed(acts)}>
        <b class="num">${order.number}</b> <span>${order.task} · <${Named} of=${order.team ?? order.person} /> <${Named} of=${order.vehicle} /></span><b class="right">${label("WorkOrderState", order.state)}</b><${RowActs} acts=${acts} />
        <small>${hour(order.times.at(-1)?.at)} ${running.map((/** @type {any} */ each) => html` · ${each.commitment.name} <${Countdown} at=${each.dueAt} />`)}</small></li>`;
    })}</ul><//>`;
};

/** @param {any} incident @param {any} list @param {any} step */
const stepActs = (incident, list, step) => {
  const input = { incident: incident.id, customer: list.customer.id, step: step.step.id };
  const skip = () => {
    form.value = {
      title: t("step.skip"),
      say: step.step.text,
      operation: "acts.SkipStep",
      fields: [{ name: "note", label: t("field.reason"), type: "long", need: true }],
      input: (typed) => ({ ...input, note: typed.note }),
    };
  };
  return [
    { key: "t", say: t("plan.tick"), run: () => void actNow("acts.CompleteStep", input) },
    { key: "u", say: t("plan.not"), run: skip },
  ];
};

const MARK = /** @type {Record<string, string>} */ ({ DONE: "☑", SKIPPED: "☒" });

/** @param {{incident: any, list: any, past: boolean}} props */
const Steps = ({ incident, list, past }) =>
  html`<ol class="list steps">${list.steps.map((/** @type {any} */ step) => {
    const acts = !step.outcome && list.runs && !past && incident.stateAt.isOpen ? stepActs(incident, list, step) : [];
    return html`<li key=${step.step.id} tabindex="0" data-row ...${holds(list.customer)} onKeyDown=${pressed(acts)}>
      <b class="order" title=${step.outcome ? label("StepOutcome", step.outcome) : t("step.open")}>${MARK[step.outcome] ?? "☐"}</b>
      <span class="text">${step.step.condition ? `${step.step.condition}: ` : ""}${step.step.text}
        <small>${label("ResponsibilityRole", step.step.role)}${step.takenAt ? ` · ${label("StepOutcome", step.outcome)} ${hour(step.takenAt)} ${step.by ?? ""} ${step.reason ?? ""}` : html`${step.dueAt ? html` · <${Countdown} at=${step.dueAt} />` : null}`}</small></span>
      <${RowActs} acts=${acts} /></li>`;
  })}</ol>`;

/** @param {{incident: any, past: boolean}} props */
export const Checklists = ({ incident, past }) =>
  html`${incident.stateAt.checklists.map(
    (/** @type {any} */ list) => html`<${Panel} key=${list.customer?.id} title=${`${t("incident.checklist")} · ${list.customer?.name ?? ""}`} count=${t("step.left", { count: list.openCount })}><${Steps} incident=${incident} list=${list} past=${past} /><//>`,
  )}`;
