// What if: switches of a feeder are clicked, and who falls is said. What is clicked is assumed; to record it is another, named act.
import { ids } from "../acts.js";
import { form } from "../form.js";
import { useKeys } from "../keys.js";
import { Button } from "../parts.js";
import { Picture } from "../picture.js";
import { ThingPicker } from "../picker.js";
import { html } from "../preact.js";
import { go, route, stay } from "../router.js";
import { label, lang, t } from "../words.js";
import { Both, Changed, Fallen } from "./planner_compare.js";
import { Weak } from "./planner_weak.js";

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

/** @param {{id: string}} props */
export const Planner = ({ id }) => {
  const assume = assumed();
  const both = assume.length > 0 && route.value.params.both === "1";
  const acts = assume.length
    ? [
        { key: "c", say: t(both ? "compare.one" : "compare.both"), run: () => stay({ both: both ? "" : "1" }) },
        { key: "x", say: t("planner.clear"), run: () => stay({ assume: "" }) },
        { key: "R", say: t("planner.record"), run: record },
      ]
    : [];
  useKeys(acts, [route.value.params.assume, both, lang()]);
  const event = assume.length ? { equipment: [], cause: "OPENED", assume } : null;
  const asked = /** @type {import("../picture.js").Asked} */ ({ of: [id], kind: "ONE_LINE" });
  return html`<h1>${t("planner.title")}</h1>
    <div class="field"><label for="planner-of">${t("planner.feeder")}</label>
      <${ThingPicker} id="planner-of" one kinds=${["FEEDER"]} value=${[]} set=${(/** @type {any} */ things) => ids(things)[0] && go("planner", ids(things)[0])} /></div>
    ${assume.length ? html`<p class="banner note">${t("planner.assumed", { count: assume.length })}</p>` : null}
    ${acts.length ? html`<div class="acts" role="toolbar" aria-label=${t("incident.acts")}>${acts.map((each) => html`<${Button} key=${each.key} say=${each.say} keys=${each.key} run=${each.run} />`)}</div>` : null}
    ${!id ? html`<p class="quiet">${t("planner.none")}</p><${Weak} />` : both ? html`<${Both} asked=${asked} event=${event} pressed=${turn} />` : html`<${Picture} asked=${{ ...asked, event }} pressed=${turn} />`}
    ${assume.length ? html`<div class="incident"><div><${Fallen} assume=${assume} /></div><div>${id ? html`<${Changed} asked=${asked} event=${event} />` : null}</div></div>` : null}`;
};
