// The form to log in with, also in the middle of something.
import { Trouble } from "./client.js";
import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { asking, logIn, stayOut, told } from "./session.js";
import { t } from "./words.js";

export const LogInDialog = () => {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [trouble, meet] = useState("");
  const why = asking.value;
  useLayoutEffect(() => {
    meet("");
    if (why && !dialog.current?.open) dialog.current?.showModal();
    if (!why) dialog.current?.close();
  }, [why]);
  const enter = async (/** @type {string} */ name, /** @type {string} */ password) => {
    meet("");
    await logIn(name, password).catch((error) => meet(error.message));
  };
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    void enter(String(typed.get("name")), String(typed.get("password")));
  };
  const { demo = [], provider } = told.value;
  return html`<dialog ref=${dialog} class="form" aria-label=${t("login.title")} onClose=${() => asking.value && stayOut(new Trouble("UNAUTHENTICATED", t("login.not")))}>
    <form onSubmit=${submit}>
      <h2>${t("login.title")}</h2>
      ${why === "expired" && html`<p class="readback">${t("login.expired")}</p>`}
      <div class="field"><label for="login-name">${t("login.name")}</label><input id="login-name" name="name" autocomplete="username" required /></div>
      <div class="field"><label for="login-password">${t("login.password")}</label><input id="login-password" name="password" type="password" autocomplete="current-password" required /></div>
      ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
      <div class="buttons"><button type="submit" class="strong">${t("login.enter")}</button></div>
      ${provider && html`<p><a href="/login/provider">${t("login.provider")}</a></p>`}
      ${demo.length > 0 && html`<p class="demo"><span>${t("login.demo")}</span>${demo.map((each) => html`<button type="button" key=${each.name} onClick=${() => enter(each.name, each.password)}>${each.name}</button>`)}</p>`}
    </form>
  </dialog>`;
};
