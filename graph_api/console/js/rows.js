// Rows that hold a thing: the focus goes over them, keys act on the one that has it.
import { html } from "./preact.js";

/** @typedef {{key: string, say: string, run: () => void}} RowAct */

/** Keys of a row. @param {RowAct[]} acts */
export const pressed = (acts) => (/** @type {KeyboardEvent} */ event) => {
  const found = event.ctrlKey || event.altKey || event.metaKey ? undefined : acts.find((each) => each.key === event.key);
  if (!found) return;
  event.preventDefault();
  event.stopPropagation();
  found.run();
};

/** What tells keys which thing a row holds. @param {{id: string, name?: string | null, kind?: string} | null | undefined} of */
export const holds = (of) => (of ? { "data-thing": of.id, "data-name": of.name ?? of.id, "data-kind": of.kind } : {});

/** Buttons of a row. @param {{acts: RowAct[]}} props */
export const RowActs = ({ acts }) =>
  html`<span class="rowacts">${acts.map((each) => html`<button type="button" key=${each.key} tabindex="-1" onClick=${each.run}>${each.say} <kbd aria-hidden="true">${each.key}</kbd></button>`)}</span>`;
