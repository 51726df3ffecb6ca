// The feeders of an incident as a picture: what is dead, what has tripped, where the fault can be, what could feed from elsewhere.
import { Button, Failed, Panel } from "../parts.js";
import { Picture } from "../picture.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { route, stay } from "../router.js";
import { t } from "../words.js";

/** The probabilities of the fault at the things that a place begins with. @param {any} location */
const chancesOf = (location) =>
  (location?.candidates.nodes ?? []).flatMap((/** @type {any} */ each) =>
    each.sections.filter((/** @type {any} */ section) => section.equipment.length).map((/** @type {any} */ section) => ({ thing: section.equipment[0].id, probability: section.probability })),
  );

/** The feeders of some things where they lie. @param {{of: string[], event: any}} props */
const MapOf = ({ of, event }) => {
  const feeders = useQuery("picture.Feeders", { of });
  if (!feeders.data?.picture) return html`<${Failed} trouble=${feeders.trouble} />`;
  const asked = /** @type {import("../picture.js").Asked} */ ({ of: feeders.data.picture.of.map((/** @type {any} */ each) => each.id), kind: "MAP", event });
  return html`<${Panel} title=${t("picture.mapTitle")}><${Picture} asked=${asked} /><//>`;
};

/** Shows the map, or no longer. */
export const turnMap = () => stay({ map: route.value.params.map === "1" ? "" : "1" });

/** @param {{incident: any}} props */
export const IncidentPicture = ({ incident }) => {
  const state = incident.stateAt;
  const places = useQuery("picture.Chances", { id: incident.id }, incident.version);
  const chances = state.fault.length ? [] : chancesOf(places.data?.incident?.stateAt?.location);
  const faulty = (state.fault.length ? state.fault : state.equipment).map((/** @type {any} */ each) => each.id);
  const tripped = state.tripped.map((/** @type {any} */ each) => each.id);
  const known = [...new Set([...faulty, ...tripped])];
  const of = known.length ? known : chances.slice(0, 1).map((/** @type {any} */ each) => each.thing);
  if (!of.length) return null;
  const event = faulty.length ? { equipment: faulty, tripped, since: state.since, repaired: state.repairedAt } : null;
  const withMap = route.value.params.map === "1";
  const act = html`<${Button} say=${t(withMap ? "picture.noMap" : "picture.map")} keys="M" run=${turnMap} />`;
  return html`<div class=${withMap ? "beside" : ""}><${Panel} title=${t("picture.oneLine")} act=${act}><${Picture} asked=${{ of, kind: "ONE_LINE", event, chances }} /><//>
    ${withMap ? html`<${MapOf} of=${of} event=${event} />` : null}</div>`;
};
