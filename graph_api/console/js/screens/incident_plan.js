// How to switch: each step is read back before it is recorded, and may be refused with a reason.
import { filled } from "../acts.js";
import { form } from "../form.js";
import { Failed, Named, Panel, Phone } from "../parts.js";
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
    fields: switching ? [heard, { name: "evenIfBackFeed", label: t("field.evenIfBackFeed"), type: "yes", value: false }] : [heard],
    input: (typed) => (switching ? filled({ incident: incident.id, operations, ...typed }) : { incident: incident.id, source: typed.source, note: `${t("plan.done")}: ${step.text}` }),
  };
};

/** @param {any} incident @param {any} step */
const refuse = (incident, step) => {
  form.value = {
    title: t("plan.refuse", { order: step.order }),
    say: step.text,
    operation: "acts.AddNote",
    fields: [{ name: "note", label: t("field.reason"), type: "long", need: true }],
    input: (typed) => ({ incident: incident.id, things: [step.target.id], note: `${t("plan.notDone")}: ${step.text} ${typed.note}` }),
  };
};

/** @param {{incident: any, of: any}} props */
const Step = ({ incident, of }) => {
  const acts = [
    { key: "t", say: t("plan.tick"), run: () => tick(incident, of) },
    { key: "u", say: t("plan.not"), run: () => refuse(incident, of) },
  ];
  const who = of.doneBy?.first;
  return html`<li tabindex="0" data-row ...${holds(of.target)} onKeyDown=${pressed(acts)}>
    <b class="num order">${of.order}</b>
    <span class="text">${of.text}${of.withoutInterlock.length ? html` <span class="late"><i aria-hidden="true">▲</i>${t("plan.noInterlock")}</span>` : null}
      <small>${t("plan.minutes", { from: Math.round(of.startMin), to: Math.round(of.endMin) })} · ${who ? html`<${Named} of=${who.person ?? who.group} /> <${Phone} of=${who.number} />` : t("customer.nobody")}${of.restored.length ? ` · ${t("plan.restores", { count: of.restored.length })}` : ""}</small></span>
    <${RowActs} acts=${acts} /></li>`;
};

/** @param {{incident: any}} props */
export const Plan = ({ incident }) => {
  const answer = useQuery("incident.Plan", { id: incident.id, lang: lang() }, incident.version);
  const plan = answer.data?.incident.stateAt.restoration;
  if (!plan) return html`<${Failed} trouble=${answer.trouble} />`;
  const restores = t("plan.sum", { count: plan.restoredCount, minutes: Math.round(plan.minutes), operations: plan.operations });
  return html`<${Panel} title=${t("plan.title")} count=${restores}>
    <ol class="list steps">${plan.steps.map((/** @type {any} */ each) => html`<${Step} key=${each.order + each.text} incident=${incident} of=${each} />`)}</ol>
    ${plan.stillOut.length ? html`<details><summary>${t("plan.stillOut", { count: plan.stillOut.length })}</summary><ul class="list">${plan.stillOut.map((/** @type {any} */ each) => html`<li key=${each.thing.id}><${Named} of=${each.thing} /> <small>${each.text}</small></li>`)}</ul></details>` : null}<//>`;
};
