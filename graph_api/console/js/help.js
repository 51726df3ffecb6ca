// The list of all keys that count now.
import { bound } from "./keys.js";
import { html, signal, useLayoutEffect, useRef } from "./preact.js";
import { t } from "./words.js";

export const helping = signal(false);

/** Keys of rows that are shown. @returns {{key: string, say: string}[]} */
const ofRows = () => {
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".rowacts button")]);
  return [...new Map(buttons.map((each) => [each.textContent, { key: each.querySelector("kbd")?.textContent ?? "", say: each.firstChild?.textContent ?? "" }])).values()];
};

export const HelpDialog = () => {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const open = helping.value;
  useLayoutEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return html`<dialog ref=${dialog} class="form" aria-label=${t("help.title")} onClose=${() => (helping.value = false)}>
    <h2>${t("help.title")}</h2>
    ${open && html`<table class="keys"><tbody>${bound.value.flat().map((each) => html`<tr key=${each.key}><td><kbd>${each.key}</kbd></td><td>${each.say}</td></tr>`)}
      ${ofRows().map((each) => html`<tr key=${each.say}><td><kbd>${each.key}</kbd></td><td>${t("help.row")} · ${each.say}</td></tr>`)}</tbody></table>`}
    <div class="buttons"><button type="button" class="strong" onClick=${() => (helping.value = false)}>${t("help.close")}</button></div>
  </dialog>`;
};
