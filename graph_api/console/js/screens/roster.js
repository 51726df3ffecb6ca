// Who of a team is on duty, by week, and what is wrong with that.
import { hour, now, weekday } from "../clock.js";
import { useKeys } from "../keys.js";
import { Failed, NamedList, Panel, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { href, route, stay } from "../router.js";
import { lang, t } from "../words.js";

const DAY = 86_400_000;

const Teams = () => {
  const answer = useQuery("roster.Teams");
  if (!answer.data?.teams) return html`<h1>${t("roster.title")}</h1><${Waiting} answer=${answer} />`;
  return html`<div class="head"><h1>${t("roster.title")}</h1></div><ul class="list teams panel">${answer.data.teams.nodes.map((/** @type {any} */ each) => html`<li key=${each.id}><a data-row href=${href("roster", each.id)}>${each.name}</a></li>`)}</ul>`;
};

/** @param {{of: any}} props */
const Watch = ({ of }) => {
  const current = Date.parse(of.start) <= now.value && now.value < Date.parse(of.end);
  const empty = !of.onDuty.length && !of.standby.length;
  return html`<tr class=${current ? "current" : ""} aria-current=${current ? "time" : undefined}>
    <td class="num">${weekday(of.start)}</td><td class="num">${hour(of.start).slice(-5)} – ${hour(of.end).slice(-5)}</td>
    <td>${empty ? html`<span class="late"><i aria-hidden="true">▲</i>${t("board.nobody")}</span>` : html`<${NamedList} of=${of.onDuty} />`}</td><td><${NamedList} of=${of.standby} /></td></tr>`;
};

/** @param {{id: string}} props */
export const Roster = ({ id }) => (id ? html`<${Week} id=${id} />` : html`<${Teams} />`);

/** @param {{id: string}} props */
const Week = ({ id }) => {
  const week = Number(route.value.params.week ?? 0) || 0;
  const first = Math.floor(now.peek() / DAY) * DAY + week * 7 * DAY;
  const answer = useQuery("roster.Roster", { team: id, start: new Date(first).toISOString(), end: new Date(first + 7 * DAY).toISOString(), lang: lang() });
  const turn = (/** @type {number} */ by) => stay({ week: week + by ? String(week + by) : "" });
  useKeys(
    [
      { key: "ArrowLeft", say: t("roster.before"), run: () => turn(-1) },
      { key: "ArrowRight", say: t("roster.after"), run: () => turn(1) },
    ],
    [week, lang()],
  );
  const roster = answer.data?.roster;
  if (!roster) return html`<h1>${t("roster.title")}</h1><${Waiting} answer=${answer} />`;
  return html`<div class="head"><h1>${roster.team.name} <span class="count">${t("roster.title")} ${weekday(roster.start)} – ${weekday(roster.end)}</span></h1>
      <button type="button" onClick=${() => turn(-1)}>${t("roster.before")} <kbd aria-hidden="true">←</kbd></button><button type="button" onClick=${() => turn(1)}>${t("roster.after")} <kbd aria-hidden="true">→</kbd></button></div>
    <${Failed} trouble=${answer.trouble} />
    ${roster.findings.length ? html`<${Panel} title=${t("roster.findings")} count=${roster.findings.length}><ul class="list">${roster.findings.map((/** @type {any} */ each, /** @type {number} */ at) => html`<li key=${at}><span><i aria-hidden="true">◆</i> ${each.text}</span><small>${hour(each.start)} – ${hour(each.end)}</small></li>`)}</ul><//>` : null}
    <table class="rows"><thead><tr><th scope="col">${t("roster.day")}</th><th scope="col">${t("roster.hours")}</th><th scope="col">${t("board.onDuty")}</th><th scope="col">${t("board.standby")}</th></tr></thead>
      <tbody>${roster.watches.map((/** @type {any} */ each) => html`<${Watch} key=${each.start} of=${each} />`)}</tbody></table>`;
};
