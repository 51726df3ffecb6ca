// How to switch: each step is read back before it is recorded, and may be refused with a reason.
import { filled } from "../acts.js";
import { hour } from "../clock.js";
import { form } from "../form.js";
import { Named, Panel, Phone, Waiting } from "../parts.js";
import { markOf, marksOf, tagOf } from "../plan_marks.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { holds, pressed, RowActs } from "../rows.js";
import { lang, t } from "../words.js";

/** @param {any} incident @param {any} step */
const tick = (incident, step) => {
  const operations = [
    ...step.opens.map((/** @type {any} */ each) => ({ switch: each.id, position: "OPEN" })),
    ...step.closes.map((/** @type {any} */ each) => ({ switch: each.id, position: "CLOSED" })),
  ];
  const heard = /** @type {import("../form.js").Field} */ ({ name: "source", label: t("field.heard"), need: true, value: t("plan.heard") });
  const switching = operations.length > 0;
  form.value = {
    title: t("plan.readBack", { order: step.order }),
    say: step.text,
    strong: t("plan.done"),
    operation: switching ? "acts.RecordSwitching" : "acts.AddNote",
    fields: switching ? [heard, { name: "evenIfBackFeed", label: t("field.evenIfBackFeed"), type: "yes", value: false, when: "BACK_FEED" }] : [heard],
    input: (typed) => (switching ? filled({ incident: incident.id, operations, ...typed }) : { incident: incident.id, source: typed.source, things: [step.target.id], note: `${step.text} ${tagOf(step, true)}` }),
  };
};

/** The switches of a step that cannot be operated: its own, else all that it moves. @param {any} step @returns {string[]} */
const movedBy = ({ target, opens, closes }) => {
  const all = [...opens, ...closes].map((/** @type {any} */ each) => each.id);
  return all.includes(target.id) ? [target.id] : all;
};

/** It cannot be done: plans go without its switch then; of a step without one it is noted. @param {any} incident @param {any} step */
const refuse = (incident, step) => {
  const switches = movedBy(step);
  form.value = {
    title: t("plan.refuse", { order: step.order }),
    say: step.text,
    operation: switches.length ? "acts.RefuseSwitching" : "acts.AddNote",
    fields: [{ name: "note", label: t("field.reason"), type: "long", need: true }],
    input: ({ note }) =>
      switches.length
        ? { incident: incident.id, switches, note }
        : { incident: incident.id, things: [step.target.id], note: `${t("plan.notDone")}: ${note} ${tagOf(step, false)}` },
  };
};

/** Done, or refused and why, with when and by whom. @param {{of: import("../plan_marks.js").Mark | undefined}} props */
const Marked = ({ of }) => (of ? html`<small class=${of.done ? "" : "refused"}>${of.done ? "☑" : "☒"} ${of.done ? t("plan.marked") : of.note} · ${hour(of.at)} ${of.by}</small>` : null);

/** @param {{incident: any, of: any, mark: import("../plan_marks.js").Mark | undefined}} props */
const Step = ({ incident, of, mark }) => {
  const acts = [
    ...(mark?.done ? [] : [{ key: "t", say: t("plan.tick"), run: () => tick(incident, of) }]),
    { key: "u", say: t("plan.not"), run: () => refuse(incident, of) },
  ];
  const who = of.doneBy?.first;
  return html`<li tabindex="0" data-row ...${holds(of.target)} onKeyDown=${pressed(acts)}>
    <b class="num order">${mark?.done ? "☑" : of.order}</b>
    <span class="text">${of.text}${of.withoutInterlock.length ? html` <span class="late"><i aria-hidden="true">▲</i>${t("plan.noInterlock")}</span>` : null}
      <small>${t("plan.minutes", { from: Math.round(of.startMin), to: Math.round(of.endMin) })} · ${who ? html`<${Named} of=${who.person ?? who.group} /> <${Phone} of=${who.number} />` : t("customer.nobody")}${of.restored.length ? ` · ${t("plan.restores", { count: of.restored.length })}` : ""}</small><${Marked} of=${mark} /></span>
    <${RowActs} acts=${acts} /></li>`;
};

/** Back to normal: steps to tick once it is repaired, before that only to be read.
 * @param {{incident: any, steps: any[], marks: Map<string, import("../plan_marks.js").Mark>}} props */
const WayBack = ({ incident, steps, marks }) =>
  incident.stateAt.repairedAt || incident.stateAt.noFault
    ? html`<h3>${t("plan.back")}</h3><ol class="list steps">${steps.map((each) => html`<${Step} key=${each.order + each.text} incident=${incident} of=${each} mark=${markOf(marks, each)} />`)}</ol>`
    : html`<details><summary>${t("plan.backLater", { count: steps.length })}</summary><ol class="list steps">${steps.map((each) => html`<li key=${each.order}><b class="num order">${each.order}</b><span class="text">${each.text}</span></li>`)}</ol></details>`;

/** @param {{incident: any}} props */
export const Plan = ({ incident }) => {
  const answer = useQuery("incident.Plan", { id: incident.id, lang: lang() }, incident.version);
  const asked = answer.data?.incident;
  const plan = asked?.stateAt?.restoration;
  if (!asked || !plan) return answer.data ? null : html`<${Panel} title=${t("plan.title")}><${Waiting} answer=${answer} /><//>`;
  const marks = marksOf(asked.newest);
  const restores = t("plan.sum", { count: plan.restoredCount, minutes: Math.round(plan.minutes), operations: plan.operations });
  return html`<${Panel} title=${t("plan.title")} count=${restores}>
    ${plan.steps.length ? html`<ol class="list steps">${plan.steps.map((/** @type {any} */ each) => html`<${Step} key=${each.order + each.text} incident=${incident} of=${each} mark=${markOf(marks, each)} />`)}</ol>` : null}
    ${plan.afterRepair.length ? html`<${WayBack} incident=${incident} steps=${plan.afterRepair} marks=${marks} />` : null}
    ${plan.stillOut.length ? html`<details><summary>${t("plan.stillOut", { count: plan.stillOut.length })}</summary><ul class="list">${plan.stillOut.map((/** @type {any} */ each) => html`<li key=${each.thing.id}><${Named} of=${each.thing} /> <small>${each.text}</small></li>`)}</ul></details>` : null}<//>`;
};
