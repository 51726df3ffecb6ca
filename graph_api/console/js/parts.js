// Small parts of all screens: a state is told by shape and text first, by colour last.
import { secondsUntil, span } from "./clock.js";
import { html } from "./preact.js";
import { revealed } from "./reveal.js";
import { href } from "./router.js";
import { label, t } from "./words.js";

/** @typedef {import("./client.js").Trouble} Trouble */
/** @typedef {{id: string, name?: string | null, kind?: string} | null | undefined} Thing */

const SOON_S = 600;
const OWN_SCREEN = /** @type {Record<string, string>} */ ({ CUSTOMER: "customer", INCIDENT: "incident", TEAM: "roster" });

/** Where a thing is shown. @param {{id: string, kind?: string}} thing */
export const placeOf = (thing) => href(OWN_SCREEN[thing.kind ?? ""] ?? "who", thing.id);

/** A thing by its name, which leads to it. @param {{of: Thing}} props */
export const Named = ({ of }) => (of ? html`<a href=${placeOf(of)}>${of.name || of.id}</a>` : null);

/** @param {{of: Thing[]}} props */
export const NamedList = ({ of }) =>
  html`${of.map((each, at) => html`${at ? t("list.comma") : ""}<${Named} key=${each?.id} of=${each} />`)}`;

/** A moment that is waited for, ticking. @param {{at?: string | null, none?: string}} props */
export const Countdown = ({ at, none = "" }) => {
  if (!at) return html`<span class="muted">${none}</span>`;
  const left = secondsUntil(at);
  if (left < 0) return html`<span class="late"><i aria-hidden="true">▲</i>${t("time.over", { span: span(left) })}</span>`;
  const soon = left <= SOON_S;
  return html`<span class=${soon ? "soon" : "calm"}>${soon && html`<i aria-hidden="true">◆</i>`}${span(left)}</span>`;
};

/** How long ago. @param {{at?: string | null}} props */
export const Age = ({ at }) => (at ? html`<span class="num">${span(-Math.min(0, secondsUntil(at)))}</span>` : null);

/** @param {{of?: string | null}} props */
export const Level = ({ of }) =>
  of ? html`<b class=${`level level-${of}`}>${t("level", { level: of })}</b>` : html`<span class="muted">${t("level.none")}</span>`;

/** Its supplies, then its loads: where all supplies are live and loads are not fed, nothing is called normal.
 * @param {{state?: string | null, loads?: string | null}} props */
export const Supply = ({ state, loads }) => {
  const unfed = loads && loads !== "ALL";
  const shown = unfed && state === "NORMAL" ? "WAITING" : (state ?? "");
  const mark = { LOST: "✕", DEGRADED: "◐", NORMAL: "●", WAITING: "○" }[shown] ?? "?";
  return html`<span class=${`supply supply-${shown}`}><i aria-hidden="true">${mark}</i>${shown === "WAITING" ? t("customer.live") : label("SupplyState", state)}${
    unfed ? html` · ${label("LoadsFed", loads)}` : null
  }</span>`;
};

/** @param {{of?: string | null}} props */
export const Importance = ({ of }) =>
  html`<span class=${`importance importance-${of}`}>${label("Importance", of)}</span>`;

/** @param {{title: string, count?: number | string, children?: any, act?: any, id?: string}} props */
export const Panel = ({ title, count, children, act, id }) =>
  html`<section class="panel" id=${id} aria-label=${title}>
    <header><h2>${title}${count === undefined ? null : html` <span class="count">${count}</span>`}</h2>${act}</header>
    ${children}
  </section>`;

/** @param {{trouble: Trouble | null}} props */
export const Failed = ({ trouble }) =>
  trouble ? html`<p class="trouble" role="alert"><b>${trouble.code}</b> ${trouble.message}</p>` : null;

/** What a screen shows before its first answer. @param {{answer: import("./query.js").Answer}} props */
export const Waiting = ({ answer }) =>
  answer.trouble ? html`<${Failed} trouble=${answer.trouble} />` : html`<p class="muted" role="status">${t("waiting")}</p>`;

/** A button with its key. @param {{say: string, keys?: string, run: (event: Event) => void, strong?: boolean, off?: boolean}} props */
export const Button = ({ say, keys, run, strong, off }) =>
  html`<button type="button" class=${strong ? "strong" : ""} disabled=${off} onClick=${run}>${say}${keys && html` <kbd aria-hidden="true">${keys}</kbd>`}</button>`;

/** A telephone number: a link that dials, or what it is where it is hidden. @param {{of: any}} props */
export const Phone = ({ of }) => {
  if (!of) return html`<span class="muted">${t("phone.none")}</span>`;
  const value = revealed.value.get(of.id) ?? (of.masked ? null : of.value);
  if (!value) return html`<span class="num" title=${t("phone.masked")}>${of.value}</span>`;
  return html`<a class="num" href=${`tel:${value.replace(/[^\d+]/g, "")}`}>${value}</a>`;
};
