// What if: switches of a feeder are clicked, and who falls is said. What is clicked is assumed; to record it is another, named act.
import { ids } from "../acts.js";
import { form } from "../form.js";
import { useKeys } from "../keys.js";
import { Button, Countdown, Failed, Importance, Named, Panel, Supply, Waiting } from "../parts.js";
import { Picture } from "../picture.js";
import { ThingPicker } from "../picker.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { go, href, route, stay } from "../router.js";
import { label, lang, t } from "../words.js";

/** @typedef {{switch: string, position: string}} Assumption */

/** Assumed positions as the address has them. @returns {Assumption[]} */
const assumed = () =>
  (route.value.params.assume ?? "")
    .split(" ")
    .filter(Boolean)
    .map((each) => ({ switch: each.slice(1), position: each[0] === "/" ? "OPEN" : "CLOSED" }));

/** @param {Assumption[]} assume */
const keep = (assume) => stay({ assume: assume.map((each) => (each.position === "OPEN" ? "/" : "-") + each.switch).join(" ") });

/** @param {any} part */
const turn = (part) => {
  if (!part.position || !part.thing) return;
  const rest = assumed().filter((each) => each.switch !== part.thing.id);
  if (rest.length < assumed().length) return keep(rest);
  keep([...rest, { switch: part.thing.id, position: part.position === "OPEN" ? "CLOSED" : "OPEN" }]);
};

const record = () => {
  const assume = assumed();
  form.value = {
    title: t("planner.record"),
    operation: "acts.RecordSwitching",
    say: assume.map((each) => html`${label("SwitchPosition", each.position)} ${each.switch} `),
    fields: [{ name: "source", label: t("field.source"), need: true }],
    input: (typed) => ({ operations: assume, source: typed.source }),
    done: () => stay({ assume: "" }),
  };
};

/** @param {{of: any}} props */
const Fallen = ({ of: impact }) =>
  html`<${Panel} title=${t("planner.falls")} count=${impact.customers.totalCount}>
    <p class="num">${t("planner.sum", { kw: Math.round(impact.summary.lostKw), areas: impact.summary.areas.count, households: impact.summary.areas.households, gained: impact.suppliesGained })}</p>
    <ul class="list">${impact.customers.nodes.map((/** @type {any} */ each) => html`<li key=${each.customer.id}><${Named} of=${each.customer} /> <${Importance} of=${each.customer.importance} />
      <span class="right"><${Supply} state=${each.state} loads=${each.loadsFed} /></span>${each.mostUrgent ? html`<small>${each.mostUrgent.load?.name} <${Countdown} at=${each.mostUrgent.deadline} /></small>` : null}</li>`)}</ul><//>`;

/** @param {{assume: Assumption[]}} props */
const WhatIf = ({ assume }) => {
  const answer = useQuery("picture.WhatIf", { assume });
  return answer.data?.impact ? html`<${Fallen} of=${answer.data.impact} />` : html`<${Failed} trouble=${answer.trouble} />`;
};

/** Weak spots: what one fault does, the worst first; each leads to its picture. */
const Weak = () => {
  const answer = useQuery("picture.Weak", { first: 20 });
  const found = answer.data?.contingencies;
  if (!found) return html`<${Waiting} answer=${answer} />`;
  return html`<${Panel} title=${t("planner.weak")} count=${found.totalCount}><ol class="list">${found.nodes.map((/** @type {any} */ each) => {
    const things = each.equipment;
    return html`<li key=${each.rank}>${things[0] ? html`<a data-row href=${href("planner", things[0].id)}>${things[0].name || things[0].id}</a>` : null}${each.equipmentCount > 1 ? ` +${each.equipmentCount - 1}` : ""}
      <small class="num">${t("planner.weakSum", { lost: each.lostCount, degraded: each.degradedCount, areas: each.areas.count, kw: Math.round(each.lostKw) })}</small></li>`;
  })}</ol><//>`;
};

/** @param {{id: string}} props */
export const Planner = ({ id }) => {
  const assume = assumed();
  const acts = assume.length
    ? [
        { key: "x", say: t("planner.clear"), run: () => stay({ assume: "" }) },
        { key: "R", say: t("planner.record"), run: record },
      ]
    : [];
  useKeys(acts, [route.value.params.assume, lang()]);
  const event = assume.length ? { equipment: [], cause: "OPENED", assume } : null;
  return html`<h1>${t("planner.title")}</h1>
    <div class="field"><label for="planner-of">${t("planner.feeder")}</label>
      <${ThingPicker} id="planner-of" one kinds=${["FEEDER"]} value=${[]} set=${(/** @type {any} */ things) => ids(things)[0] && go("planner", ids(things)[0])} /></div>
    ${assume.length ? html`<p class="banner note">${t("planner.assumed", { count: assume.length })}</p>` : null}
    ${acts.length ? html`<div class="acts" role="toolbar" aria-label=${t("incident.acts")}>${acts.map((each) => html`<${Button} key=${each.key} say=${each.say} keys=${each.key} run=${each.run} />`)}</div>` : null}
    ${id ? html`<${Picture} asked=${{ of: [id], kind: "ONE_LINE", event }} pressed=${turn} />` : html`<p class="quiet">${t("planner.none")}</p><${Weak} />`}
    ${assume.length ? html`<${WhatIf} assume=${assume} />` : null}`;
};
