// Who answers for a thing, by role: with telephone links, the way it applies, and what is missing.
import { Named, Panel, Phone } from "./parts.js";
import { html } from "./preact.js";
import { label, t } from "./words.js";

/** @param {{of: any}} props */
const Holder = ({ of }) =>
  of && !of.gap
    ? html`<${Named} of=${of.person ?? of.group} /> <${Phone} of=${of.number} />${of.person && of.group ? html`<small><${Named} of=${of.group} /></small>` : null}<small>${label("DutyState", of.duty)}</small>`
    : html`<span class="late"><i aria-hidden="true">▲</i>${label("GapReason", of?.gap) || t("customer.nobody")}</span>`;

/** @param {{of: any}} props */
const Row = ({ of }) =>
  html`<tr>
    <th scope="row">${label("ResponsibilityRole", of.role)}</th>
    <td>${of.gap ? html`<span class="late"><i aria-hidden="true">▲</i>${label("GapReason", of.gap)}</span>` : html`<${Holder} of=${of.first} />`}</td>
    <td>${of.deputy ? html`<${Holder} of=${of.deputy} />` : html`<span class="muted">—</span>`}</td>
    <td><small>${of.first.because}</small></td>
  </tr>`;

/** @param {{of: any}} props */
export const Responsibility = ({ of }) =>
  of
    ? html`<${Panel} title=${t("table.title")} count=${of.gaps.length ? t("table.gaps", { count: of.gaps.length }) : ""}>
        <div class="wide"><table class="rows"><thead><tr><th scope="col">${t("table.role")}</th><th scope="col">${t("table.first")}</th><th scope="col">${t("table.deputy")}</th><th scope="col">${t("table.because")}</th></tr></thead>
          <tbody>${of.byRole.map((/** @type {any} */ each) => html`<${Row} key=${each.role} of=${each} />`)}</tbody></table></div><//>`
    : html`<p class="quiet">${t("table.none")}</p>`;
