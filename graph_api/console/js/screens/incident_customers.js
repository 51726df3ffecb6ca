// Who is affected, by need, with the time that is left.
import { filled } from "../acts.js";
import { form, actNow } from "../form.js";
import { Countdown, Failed, Importance, Named, Panel, Phone, Supply } from "../parts.js";
import { html } from "../preact.js";
import { useQuery } from "../query.js";
import { reveal } from "../reveal.js";
import { href } from "../router.js";
import { holds, pressed, RowActs } from "../rows.js";
import { label, labels, t } from "../words.js";

const SHOWN = 60;

/** @param {any} incident @param {any} row @returns {import("../rows.js").RowAct[]} */
const actsOf = (incident, row) => {
  const person = row.callFirst?.person;
  const call = () => {
    form.value = {
      title: t("act.call"),
      operation: "acts.RecordCall",
      say: html`${person.name} <${Phone} of=${row.callFirst.number} />`,
      fields: [
        { name: "outcome", label: t("field.outcome"), type: "choice", need: true, choices: labels("CallOutcome"), value: "REACHED" },
        { name: "note", label: t("field.note"), type: "long" },
      ],
      input: (typed) => filled({ incident: incident.id, person: person.id, ...typed }),
    };
  };
  return [
    ...(person ? [{ key: "c", say: t("act.call"), run: call }] : []),
    ...(row.procedure ? [{ key: "p", say: t("act.procedure"), run: () => void actNow("acts.StartProcedure", { incident: incident.id, customer: row.customer.id }) }] : []),
    { key: "v", say: t("act.reveal"), run: () => reveal(incident.id, [row.customer]) },
  ];
};

/** @param {{of: any}} props */
const Notes = ({ of }) =>
  html`${of.faultInside ? html`<small>${t("customer.faultInside")}</small>` : null}
    ${of.onEmergencySource ? html`<small>${t("customer.onOwn")}</small>` : null}
    ${of.awaitingTransfer ? html`<small>${t(of.awaitingTransfer.automatic ? "customer.automatic" : "customer.byHand")} ${of.awaitingTransfer.automatic ? "" : label("ResponsibilityRole", of.awaitingTransfer.doer)}</small>` : null}`;

/** @param {{incident: any, of: any}} props */
const Row = ({ incident, of }) => {
  const acts = incident.stateAt.isOpen ? actsOf(incident, of) : [];
  return html`<tr ...${holds(of.customer)} onKeyDown=${pressed(acts)}>
    <td class="num">${of.back ? html`<span class="muted">${t("customer.back")}</span>` : html`<${Countdown} at=${of.mostUrgent?.deadline} none=${t("customer.noLimit")} />`}<small>${of.mostUrgent?.load.name}</small></td>
    <th scope="row"><a data-row href=${href("customer", of.customer.id)}>${of.customer.name}</a><small><${Importance} of=${of.customer.importance} /></small></th>
    <td><${Supply} state=${of.state} loads=${of.loadsFed} /><${Notes} of=${of} /></td>
    <td>${of.callFirst ? html`<${Named} of=${of.callFirst.person ?? of.callFirst.group} /> <${Phone} of=${of.callFirst.number} /><small>${label("ResponsibilityRole", of.callFirst.role)}</small>` : html`<span class="late"><i aria-hidden="true">▲</i>${t("customer.nobody")}</span>`}</td>
    <td><${RowActs} acts=${acts} /></td>
  </tr>`;
};

/** As it is now. @param {{incident: any}} props */
export const Customers = ({ incident }) => {
  const answer = useQuery("incident.Affected", { id: incident.id, first: SHOWN });
  const impact = answer.data?.incident?.stateAt?.impact;
  if (!impact) return answer.data ? null : html`<${Failed} trouble=${answer.trouble} />`;
  const { nodes, totalCount } = impact.customers;
  return html`<${Panel} title=${t("incident.customers")} count=${totalCount}>
    <div class="wide"><table class="rows customers"><thead><tr><th scope="col">${t("customer.left")}</th><th scope="col">${t("customer.name")}</th><th scope="col">${t("customer.supply")}</th><th scope="col">${t("customer.call")}</th><th><span class="unseen">${t("incident.acts")}</span></th></tr></thead>
      <tbody>${nodes.map((/** @type {any} */ each) => html`<${Row} key=${each.customer.id} incident=${incident} of=${each} />`)}</tbody></table></div>
    ${totalCount > nodes.length ? html`<p class="muted">${t("incident.more", { count: totalCount - nodes.length })}</p>` : null}<//>`;
};

/** As it was recorded. @param {{of: any}} props */
export const CustomersThen = ({ of }) =>
  of
    ? html`<${Panel} title=${t("incident.customers")} count=${of.totalCount}>
        <table class="rows"><tbody>${of.customers.nodes.map(
          (/** @type {any} */ each) => html`<tr key=${each.customerId}><th scope="row"><a data-row href=${href("customer", each.customerId)}>${each.customer?.name ?? each.customerId}</a></th>
            <td>${each.customer && html`<${Importance} of=${each.customer.importance} />`}</td><td><${Supply} state=${each.state} loads=${each.loadsFed} />${each.back ? ` · ${t("customer.back")}` : ""}</td></tr>`,
        )}</tbody></table><//>`
    : html`<p class="quiet">${t("board.notYet")}</p>`;
