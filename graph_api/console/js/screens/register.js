// Accounts and keys, for administrators: what is given is shown this once, and kept nowhere.
import { filled, ids } from "../acts.js";
import { day } from "../clock.js";
import { form } from "../form.js";
import { useKeys } from "../keys.js";
import { Button, Failed, Panel } from "../parts.js";
import { html, useState } from "../preact.js";
import { useQuery } from "../query.js";
import { pressed, RowActs } from "../rows.js";
import { label, labels, t } from "../words.js";

/** What the service knows of the register may be 2 s old. */
const LATER_MS = 2500;
/** @typedef {(secret: string) => void} Show */
/** @typedef {import("../form.js").Field} Field */

/** @returns {Field[]} */
const nameAndRole = () => [
  { name: "name", label: t("login.name"), need: true },
  { name: "role", label: t("admin.role"), type: "choice", need: true, choices: labels("AccessRole"), value: "DISPATCHER" },
];

/** @param {"AddAccount" | "AddKey" | "ResetPassword" | "RevokeAccess"} operation @param {string} title @param {Field[]} fields @param {(typed: any) => Record<string, unknown>} input @param {Show} show @param {string} [say] */
const open = (operation, title, fields, input, show, say) => {
  form.value = { title, operation: `admin.${operation}`, fields, input, say, done: (payload) => show(payload.secret ?? "") };
};

/** @param {Show} show */
const addAccount = (show) =>
  open(
    "AddAccount",
    t("admin.addAccount"),
    [...nameAndRole(), { name: "person", label: t("field.person"), type: "thing", kinds: ["PERSON"], need: true }],
    (typed) => ({ name: typed.name, roles: [typed.role], person: ids(typed.person)[0] }),
    show,
  );

/** @param {Show} show */
const addKey = (show) =>
  open(
    "AddKey",
    t("admin.addKey"),
    [...nameAndRole(), { name: "days", label: t("admin.days") }],
    (typed) => filled({ name: typed.name, roles: [typed.role], days: typed.days ? Number(typed.days) : "" }),
    show,
  );

/** @param {any} each @param {Show} show */
const actsOf = (each, show) => {
  const input = () => ({ name: each.name ?? each.id });
  const reset = { key: "t", say: t("admin.reset"), run: () => open("ResetPassword", t("admin.reset"), [], input, show, each.name ?? each.id) };
  const revoke = { key: "u", say: t("admin.revoke"), run: () => open("RevokeAccess", t("admin.revoke"), [], input, show, each.name ?? each.id) };
  return each.holds ? [...(each.hasPassword ? [reset] : []), revoke] : [];
};

/** @param {{of: any, show: Show}} props */
const Row = ({ of, show }) => {
  const acts = actsOf(of, show);
  return html`<li tabindex="0" data-row onKeyDown=${pressed(acts)}><b>${of.name ?? of.id}</b>
    <span class="right">${of.roles.map((/** @type {string} */ role) => label("AccessRole", role)).join(t("list.comma"))}${of.holds ? "" : ` · ${t("admin.revoked")}`}</span>
    <small>${day(of.createdAt)}</small><${RowActs} acts=${acts} /></li>`;
};

export const Register = () => {
  const answer = useQuery("admin.Register");
  const [secret, hold] = useState("");
  const show = (/** @type {string} */ given) => {
    hold(given);
    setTimeout(answer.again, LATER_MS);
  };
  useKeys(
    [
      { key: "n", say: t("admin.addAccount"), run: () => addAccount(show) },
      { key: "K", say: t("admin.addKey"), run: () => addKey(show) },
    ],
    [t("brand")],
  );
  const register = answer.data?.accessRegister;
  if (!register) return html`<${Failed} trouble=${answer.trouble} />`;
  return html`${secret && html`<p class="readback" role="alert">${t("admin.secret")} <code>${secret}</code> <button type="button" onClick=${() => show("")}>${t("help.close")}</button></p>`}
    <${Panel} title=${t("admin.accounts")} count=${register.accounts.length} act=${html`<${Button} say=${t("admin.addAccount")} keys="n" run=${() => addAccount(show)} />`}>
      <ul class="list">${register.accounts.map((/** @type {any} */ each) => html`<${Row} key=${each.id} of=${each} show=${show} />`)}</ul><//>
    <${Panel} title=${t("admin.keys")} count=${register.keys.length} act=${html`<${Button} say=${t("admin.addKey")} keys="K" run=${() => addKey(show)} />`}>
      <ul class="list">${register.keys.map((/** @type {any} */ each) => html`<${Row} key=${each.id} of=${each} show=${show} />`)}</ul><//>`;
};
