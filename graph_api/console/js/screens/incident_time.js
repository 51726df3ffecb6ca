// What was done, newest first, and how it was at a moment.
import { hour, now } from "../clock.js";
import { Panel } from "../parts.js";
import { html } from "../preact.js";
import { stay } from "../router.js";
import { label, t } from "../words.js";

const MINUTE = 60_000;

/** A slider from the opening to now; its place is in the address. @param {{state: any, at: string | null}} props */
export const AsItWas = ({ state, at }) => {
  const opened = Math.floor(Date.parse(state.openedAt) / MINUTE);
  const last = Math.max(opened + 1, Math.floor((state.closedAt ? Date.parse(state.closedAt) : now.value) / MINUTE));
  const value = at ? Math.ceil(Date.parse(at) / MINUTE) : last;
  const move = (/** @type {any} */ event) => {
    const to = Number(event.currentTarget.value);
    stay({ at: to >= last ? "" : new Date(to * MINUTE).toISOString() });
  };
  return html`<div class="panel slider no-print"><label for="as-it-was"><b>${t("incident.slider")}</b> <span class="num">${at ? hour(at) : t("incident.now")}</span></label>
    <input id="as-it-was" type="range" min=${opened} max=${last} value=${value} onInput=${move} aria-valuetext=${at ? hour(at) : t("incident.now")} />
    ${at ? html`<button type="button" onClick=${() => stay({ at: "" })}>${t("incident.toNow")}</button>` : null}</div>`;
};

/** @param {{of: any[], at: string | null}} props */
export const Timeline = ({ of, at }) => {
  const shown = at ? of.filter((each) => Date.parse(each.at) <= Date.parse(at)) : of;
  return html`<${Panel} title=${t("incident.timeline")}>
    <ol class="list timeline">${shown.map(
      (each) => html`<li key=${each.id} title=${label("EntryType", each.entryType)}><b class="num">${hour(each.at)}</b> <span class="text">${each.text}${each.note ? html` <em>${each.note}</em>` : null} <small>${each.by}${each.source ? ` · ${each.source}` : ""}</small></span></li>`,
    )}</ol><//>`;
};
