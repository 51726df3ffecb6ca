// Anything: what it is, where that comes from, and who answers for it, now or at another time.
import { openIncident } from "../acts.js";
import { day, hour, momentOf } from "../clock.js";
import { useKeys } from "../keys.js";
import { Button, Failed, Named, NamedList, Panel, Phone, Waiting } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { go, route, stay } from "../router.js";
import { Responsibility } from "../table.js";
import { kindOf, label, lang, t } from "../words.js";

/** @param {{of: any}} props */
const Facts = ({ of }) =>
  html`<dl class="facts">
    ${of.currentPosition && html`<div><dt>${t("thing.position")}</dt><dd>${label("SwitchPosition", of.currentPosition)}${of.currentPosition === of.normalPosition ? "" : html` <span class="soon"><i aria-hidden="true">◆</i>${t("board.normally", { position: label("SwitchPosition", of.normalPosition) })}</span>`} <small>${hour(of.positionAt)} ${of.positionBy} ${of.positionSource}</small></dd></div>`}
    ${of.energised === undefined ? null : html`<div><dt>${t("thing.state")}</dt><dd>${of.energised ? `● ${t("supply.live")}` : html`<span class="supply-LOST">✕ ${t("supply.dead")}</span>`} ${of.nominalKv ? `${of.nominalKv} kV` : ""} ${of.number ?? ""}</dd></div>`}
    ${of.feeders?.length ? html`<div><dt>${t("board.place")}</dt><dd><${NamedList} of=${of.feeders} /></dd></div>` : null}
    ${of.containedIn?.length ? html`<div><dt>${t("thing.in")}</dt><dd><${NamedList} of=${of.containedIn} /></dd></div>` : null}
    ${of.head ? html`<div><dt>${t("thing.head")}</dt><dd><${Named} of=${of.head} /></dd></div>` : null}
    ${of.contacts ? html`<div><dt>${t("customer.contacts")}</dt><dd>${of.contacts.map((/** @type {any} */ each) => html`<${Phone} key=${each.id} of=${each} /> `)}</dd></div>` : null}
    ${of.memberOf?.length ? html`<div><dt>${t("field.team")}</dt><dd><${NamedList} of=${of.memberOf} /></dd></div>` : null}
    ${of.note ? html`<div><dt>${t("field.note")}</dt><dd>${of.note}</dd></div>` : null}
  </dl>`;

/** @param {{of: any[]}} props */
const Sources = ({ of }) =>
  html`<${Panel} title=${t("thing.sources")}><ul class="list">${of.map((each, at) => html`<li key=${at}><b>${each.system}</b> ${each.file}<span class="right num">${t("thing.row", { row: each.row })}</span><small>${each.asOf ? `${day(each.asOf)} ${hour(each.asOf)}` : ""}</small></li>`)}</ul><//>`;

/** @param {{id: string}} props */
export const Who = ({ id }) => {
  const at = route.value.params.at || null;
  const answer = useQuery("who", { id, at, lang: lang() });
  const of = /** @type {any} */ (answer.data?.node);
  const acts = of
    ? [
        { key: "n", say: t("act.openIncident"), run: () => openIncident([of]) },
        { key: "c", say: t("sheet.title"), run: () => go("sheet", id) },
        { key: "P", say: t("customer.print"), run: () => print() },
      ]
    : [];
  useKeys(acts, [of, lang()]);
  if (!answer.data) return html`<h1>${t("who.title")}</h1><${Waiting} answer=${answer} />`;
  if (!of) return html`<h1>${t("who.title")}</h1><p class="quiet">${t("thing.none")}</p>`;
  const move = (/** @type {any} */ event) => stay({ at: event.currentTarget.value ? momentOf(event.currentTarget.value) : "" });
  return html`<div class="head"><h1>${of.name || of.id} <span class="count">${kindOf(of)} · ${of.id}</span></h1></div>
    <${Failed} trouble=${answer.trouble} />
    <div class="acts" role="toolbar" aria-label=${t("incident.acts")}>${acts.map((each) => html`<${Button} key=${each.key} say=${each.say} keys=${each.key} run=${each.run} />`)}
      <label class="inline">${t("who.at")} <input type="datetime-local" onChange=${move} /></label></div>
    <${Facts} of=${of} />
    <div class="incident"><div><${Responsibility} of=${of.responsibility} /></div><div><${Sources} of=${of.sources} /></div></div>`;
};
