// Exercises: begun by a script, played like what is real, never mixed with it.
import { ids } from "../acts.js";
import { hour } from "../clock.js";
import { form } from "../form.js";
import { useKeys } from "../keys.js";
import { Button, Failed, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { go, href } from "../router.js";
import { labels, t } from "../words.js";

const begin = () => {
  form.value = {
    title: t("drill.begin"),
    operation: "drills.StartDrill",
    fields: [
      { name: "script", label: t("drill.script"), type: "choice", need: true, choices: labels("DrillScript"), value: "FEEDER_TRIP" },
      { name: "of", label: t("drill.of"), type: "thing", need: true },
    ],
    input: (typed) => ({ script: typed.script, of: ids(typed.of)[0] }),
    done: (payload) => go("incident", payload.incident.id),
  };
};

export const Drills = () => {
  const answer = useQuery("drills.Drills");
  useKeys([{ key: "n", say: t("drill.begin"), run: begin }], [t("brand")]);
  if (!answer.data?.incidents) return html`<h1>${t("drill.title")}</h1><${Waiting} answer=${answer} />`;
  const { nodes, totalCount } = answer.data.incidents;
  return html`<div class="head"><h1>${t("drill.title")} <span class="count">${totalCount}</span></h1><${Button} say=${t("drill.begin")} keys="n" run=${begin} /></div>
    <${Failed} trouble=${answer.trouble} />
    ${nodes.length ? html`<ul class="list panel">${nodes.map((/** @type {any} */ each) => html`<li key=${each.id}><a data-row href=${href("incident", each.id)}>${each.stateAt.title}</a><span class="right">${t(each.stateAt.isOpen ? "incident.open" : "incident.done")}</span><small>${each.number} · ${hour(each.stateAt.openedAt)}</small></li>`)}</ul>` : html`<p class="quiet">${t("drill.none")}</p>`}`;
};
