// The graph itself: what a thing is linked with, by meaning; ways between two things; where each fact comes from.
import { ids } from "../acts.js";
import { day, hour } from "../clock.js";
import { Failed, Named, Panel, Waiting } from "../parts.js";
import { ThingPicker } from "../picker.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { go, href, route, stay } from "../router.js";
import { holds } from "../rows.js";
import { kindOf, label, lang, t } from "../words.js";

/** Links of a thing by what they mean and which way they lead. @param {string} id @param {any[]} relationships */
const grouped = (id, relationships) => {
  const groups = new Map();
  for (const each of relationships) {
    const leaving = each.source.id === id;
    if (!leaving && each.target.id !== id) continue;
    const key = `${leaving ? "→" : "←"} ${each.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), { thing: leaving ? each.target : each.source, key: each.key }]);
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other));
};

/** A thing that leads on: Enter explores it, its own screen stands beside. @param {{of: any, more?: string}} props */
const Step = ({ of, more }) =>
  html`<li ...${holds(of)}><a data-row href=${href("explore", of.id)}>${of.name || of.id}</a> ${more ? html`<small>${more}</small>` : null}<span class="right"><${Named} of=${{ ...of, name: t("explore.open") }} /></span></li>`;

/** @param {{id: string, to: string}} props */
const Ways = ({ id, to }) => {
  const answer = useQuery("explore.Ways", { id, to });
  const ways = answer.data?.paths?.nodes;
  if (!ways) return html`<${Failed} trouble=${answer.trouble} />`;
  if (!ways.length) return html`<p class="quiet">${t("explore.noWay")}</p>`;
  return ways.map((/** @type {any} */ way, /** @type {number} */ at) => html`<${Panel} key=${at} title=${t("explore.way", { count: way.length })}>
    <ol class="list">${way.entities.map((/** @type {any} */ each, /** @type {number} */ place) => {
      const link = way.relationships[place - 1];
      return html`<${Step} key=${each.id} of=${each} more=${link ? `${link.source.id === each.id ? "→" : "←"} ${label("RelationshipKind", link.kind)}` : ""} />`;
    })}</ol><//>`);
};

/** @param {{of: any[]}} props */
const Sources = ({ of }) =>
  html`<${Panel} title=${t("thing.sources")}><ul class="list">${of.map((each, at) => html`<li key=${at}><b>${each.system}</b> ${each.file}<span class="right num">${t("thing.row", { row: each.row })}</span><small>${each.asOf ? `${day(each.asOf)} ${hour(each.asOf)}` : ""}</small></li>`)}</ul><//>`;

/** @param {{id: string}} props */
const Around = ({ id }) => {
  const answer = useQuery("explore.Around", { id, lang: lang() });
  const { node, neighbourhood } = answer.data ?? {};
  const to = route.value.params.to ?? "";
  if (!answer.data) return html`<${Waiting} answer=${answer} />`;
  if (!node?.id) return html`<p class="quiet">${t("thing.none")}</p>`;
  return html`<h2>${node.name || node.id} <span class="count">${kindOf(node)}</span></h2><${Failed} trouble=${answer.trouble} />
    <div class="field"><label for="explore-to">${t("explore.to")}</label><${ThingPicker} id="explore-to" one value=${[]} set=${(/** @type {any} */ things) => ids(things)[0] && stay({ to: ids(things)[0] })} /></div>
    ${to ? html`<${Ways} id=${id} to=${to} />` : null}
    ${neighbourhood?.truncated ? html`<p class="banner note">${t("explore.more")}</p>` : null}
    <div class="incident"><div>${grouped(id, neighbourhood?.relationships ?? []).map(([key, links]) => html`<${Panel} key=${key} title=${`${key.slice(0, 1)} ${label("RelationshipKind", key.slice(2))}`} count=${links.length}>
      <ul class="list">${links.map((/** @type {any} */ each) => html`<${Step} key=${each.thing.id + each.key} of=${each.thing} more=${each.key} />`)}</ul><//>`)}</div>
      <div><${Sources} of=${node.sources} /></div></div>`;
};

/** @param {{id: string}} props */
export const Explorer = ({ id }) =>
  html`<h1>${t("explore.title")}</h1>
    <div class="field"><label for="explore-of">${t("explore.from")}</label><${ThingPicker} id="explore-of" one value=${[]} set=${(/** @type {any} */ things) => ids(things)[0] && go("explore", ids(things)[0])} /></div>
    ${id ? html`<${Around} id=${id} />` : html`<p class="quiet">${t("explore.none")}</p>`}`;
