// A report of the fault by two keys: `e` on a row, then the number of its kind.
import { actNow } from "../form.js";
import { html, signal, useLayoutEffect, useRef } from "../preact.js";
import { label, t } from "../words.js";

/** @typedef {{kind: string, positive: boolean}} Choice */
/** @type {{value: null | {incident: any, thing: {id: string, name: string, kind: string}, kinds: Choice[]}}} */
export const choosing = signal(null);

const OF = /** @type {Record<string, string[]>} */ ({
  CUSTOMER: ["CALL", "METER"],
  FAULT_INDICATOR: ["INDICATOR"],
  AC_LINE_SEGMENT: ["PATROL", "CURRENT"],
  FUSE: ["FUSE", "PATROL"],
});
const SWITCHES = ["TRIP", "CURRENT", "PATROL"];

/** What a thing of a kind can tell; each also that it is not so. @param {string} kind @returns {Choice[]} */
export const kindsOf = (kind) =>
  (OF[kind] ?? SWITCHES).flatMap((each) => [
    { kind: each, positive: true },
    { kind: each, positive: false },
  ]);

/** @param {Choice} choice */
const record = (choice) => {
  const held = choosing.value;
  choosing.value = null;
  if (held) void actNow("acts.AddEvidence", { incident: held.incident.id, things: [held.thing.id], ...choice });
};

export const EvidenceMenu = () => {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const held = choosing.value;
  useLayoutEffect(() => {
    if (!held) return dialog.current?.close();
    dialog.current?.showModal();
    dialog.current?.querySelector("button")?.focus();
  }, [held]);
  const press = (/** @type {KeyboardEvent} */ event) => {
    const choice = held?.kinds[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    record(choice);
  };
  return html`<dialog ref=${dialog} class="form" aria-label=${t("act.evidence")} onKeyDown=${press} onClose=${() => (choosing.value = null)}>
    <h2>${t("act.evidence")} · ${held?.thing.name}</h2>
    <ol class="list">${held?.kinds.map(
      (each, at) => html`<li key=${at}><button type="button" onClick=${() => record(each)}><kbd>${at + 1}</kbd> ${label("EvidenceKind", each.kind)}${each.positive ? "" : ` · ${t("evidence.not")}`}</button></li>`,
    )}</ol>
    <div class="buttons"><button type="button" onClick=${() => (choosing.value = null)}>${t("form.cancel")} <kbd aria-hidden="true">Esc</kbd></button></div>
  </dialog>`;
};
