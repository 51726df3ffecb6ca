// Everybody to call about a thing, in order, nobody twice. Printed, it is the call sheet.
import { hour } from "../clock.js";
import { useKeys } from "../keys.js";
import { Button, Failed, Named, NamedList, Phone, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { label, t } from "../words.js";

/** What a call is about, by role. @param {any[]} tasks @returns {[string, string[]][]} */
const byRole = (tasks) => {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const each of tasks) found.set(each.role, [...(found.get(each.role) ?? []), each.about.name]);
  return [...found];
};

/** @param {{of: any, at: number}} props */
const Call = ({ of, at }) =>
  html`<tr><td class="num">${at + 1}</td>
    <th scope="row">${of.gap ? html`<span class="late"><i aria-hidden="true">▲</i>${label("GapReason", of.gap)}</span>` : null} <${Named} of=${of.person ?? of.group} /></th>
    <td class="num"><${Phone} of=${of.number} /></td><td class="num">${hour(of.deadline)}</td>
    <td>${byRole(of.tasks).map(([role, about]) => html`<small key=${role}><b>${label("ResponsibilityRole", role)}</b> ${about.slice(0, 5).join(t("list.comma"))}${about.length > 5 ? ` +${about.length - 5}` : ""}</small>`)}</td>
    <td class="tickbox" aria-hidden="true">☐</td></tr>`;

/** @param {{id: string}} props */
export const Sheet = ({ id }) => {
  const answer = useQuery("sheet", { of: [id] });
  useKeys([{ key: "P", say: t("customer.print"), run: () => print() }], [t("brand")]);
  const table = answer.data?.responsibilityTable;
  if (!table) return html`<h1>${t("sheet.title")}</h1><${Waiting} answer=${answer} />`;
  return html`<div class="head"><h1>${t("sheet.title")} <span class="count"><${NamedList} of=${table.of.slice(0, 1)} />${table.of.length > 1 ? ` ${t("sheet.more", { count: table.of.length - 1 })}` : ""} · ${hour(table.at)}</span></h1><${Button} say=${t("customer.print")} keys="P" run=${() => print()} /></div>
    <${Failed} trouble=${answer.trouble} />
    <table class="rows"><thead><tr><th scope="col">#</th><th scope="col">${t("sheet.who")}</th><th scope="col">${t("sheet.number")}</th><th scope="col">${t("sheet.until")}</th><th scope="col">${t("sheet.what")}</th><td></td></tr></thead>
      <tbody>${table.calls.map((/** @type {any} */ each, /** @type {number} */ at) => html`<${Call} key=${at} of=${each} at=${at} />`)}</tbody></table>
    <p class="muted num">${answer.data?.auditHead ?? ""}</p>`;
};
