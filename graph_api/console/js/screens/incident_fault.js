// Where the fault can be, what to ask next, and what was reported.
import { actNow } from "../form.js";
import { hour } from "../clock.js";
import { Failed, NamedList, Panel } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { href } from "../router.js";
import { holds, pressed, RowActs } from "../rows.js";
import { label, lang, t } from "../words.js";

const EVIDENCE = /** @type {Record<string, string>} */ ({ ASK_POSITION: "TRIP", READ_INDICATOR: "INDICATOR", ASK_CUSTOMER: "CALL", PATROL: "PATROL" });

/** @param {number} probability */
const percent = (probability) => `${(probability * 100).toFixed(probability < 0.1 ? 1 : 0)} %`;

/** @param {{of: any, alone?: boolean}} props */
const Section = ({ of, alone = false }) => html`${alone ? null : html`<b class="num">${percent(of.probability)}</b> `}<${NamedList} of=${of.equipment} />${of.equipmentCount > of.equipment.length ? ` +${of.equipmentCount - of.equipment.length}` : ""}`;

/** @param {{of: any}} props */
const Candidate = ({ of }) => {
  const [first, ...more] = of.sections;
  const thing = first?.equipment[0];
  return html`<li tabindex="0" data-row ...${holds(thing)}>
    <b class="num chance">${percent(of.probability)}</b>
    <span class="bar-chance" aria-hidden="true"><i style=${{ width: `${of.probability * 100}%` }}></i></span>
    <span>${more.length ? html`<p>${t("fault.alike", { count: of.sections.length })}</p>` : null}${first && html`<${Section} of=${first} alone=${!more.length} />`}${more.length ? html`<details><summary>${t("fault.more", { count: more.length })}</summary>${more.map((/** @type {any} */ each) => html`<p><${Section} of=${each} /></p>`)}</details>` : null}</span>
  </li>`;
};

/** @param {{incident: any, of: any}} props */
const Check = ({ incident, of }) => {
  const kind = EVIDENCE[of.kind];
  const say = (/** @type {boolean} */ positive) => () => void actNow("acts.AddEvidence", { incident: incident.id, kind, things: [of.thing.id], positive });
  const acts = kind
    ? [
        { key: "y", say: t("fault.yes"), run: say(true) },
        { key: "n", say: t("fault.no"), run: say(false) },
      ]
    : [];
  return html`<li ...${holds(of.thing)} onKeyDown=${pressed(acts)}>
    <a data-row href=${href("who", of.thing.id)}>${of.thing.name}</a><span class="right"><${RowActs} acts=${acts} /></span>
    <small>${label("Enquiry", of.enquiry)} · ${t("minutes", { minutes: Math.round(of.minutes) })} · ${of.tells}</small></li>`;
};

/** @param {{incident: any}} props */
export const Places = ({ incident }) => {
  const answer = useQuery("incident.Places", { id: incident.id, lang: lang() }, incident.version);
  const location = answer.data?.incident?.stateAt?.location;
  if (!location) return html`<${Failed} trouble=${answer.trouble} />`;
  return html`<${Panel} title=${t("fault.title")} count=${location.candidates.totalCount}>
      <ol class="list candidates">${location.candidates.nodes.map((/** @type {any} */ each) => html`<${Candidate} key=${each.rank} of=${each} />`)}</ol><//>
    ${location.nextCheck.length ? html`<${Panel} title=${t("fault.next")}><ol class="list">${location.nextCheck.slice(0, 6).map((/** @type {any} */ each) => html`<${Check} key=${each.kind + each.thing.id} incident=${incident} of=${each} />`)}</ol><//>` : null}`;
};

/** @param {{incident: any, past: boolean}} props */
export const Evidence = ({ incident, past }) => {
  const { evidence, isOpen } = incident.stateAt;
  if (!evidence.length) return null;
  const withdraw = (/** @type {number} */ entry) => () => void actNow("acts.WithdrawEvidence", { incident: incident.id, entry });
  return html`<${Panel} title=${t("fault.reported")} count=${evidence.length}>
    <ul class="list">${evidence.map((/** @type {any} */ each) => {
      const acts = isOpen && !past ? [{ key: "u", say: t("act.withdraw"), run: withdraw(each.entry) }] : [];
      return html`<li key=${each.entry} tabindex="0" data-row ...${holds(each.things[0])} onKeyDown=${pressed(acts)}>
        <b>${label("EvidenceKind", each.evidenceKind)}${each.positive ? "" : ` · ${t("evidence.not")}`}</b> <span><${NamedList} of=${each.things} /></span><span class="right"><${RowActs} acts=${acts} /></span>
        <small>${hour(each.at)} ${each.source}</small></li>`;
    })}</ul><//>`;
};
