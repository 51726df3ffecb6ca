// Keys: every act has one, `?` lists them. Two in a row, as `g b`, are one act, too.
import { signal, useLayoutEffect } from "./preact.js";

/** @typedef {{key: string, say: string, run: (event: KeyboardEvent) => void}} Binding */

/** Those that count now, the last ones first. */
export const bound = signal(/** @type {Binding[][]} */ ([]));
let before = "";

/** Keys that count while a component is shown. @param {Binding[]} bindings @param {unknown[]} on what they depend on */
export const useKeys = (bindings, on = []) =>
  useLayoutEffect(() => {
    bound.value = [bindings, ...bound.peek()];
    return () => {
      bound.value = bound.peek().filter((each) => each !== bindings);
    };
  }, on);

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** @param {KeyboardEvent} event */
const nameOf = (event) => (event.ctrlKey || event.metaKey ? `Ctrl-${event.key.toLowerCase()}` : event.key);

/** @param {string} name */
const find = (name) => bound.value.flat().find((each) => each.key === name);

/** @param {KeyboardEvent} event */
const press = (event) => {
  if (event.isComposing || event.altKey) return;
  const name = nameOf(event);
  if ((isTyping(event.target) || document.querySelector("dialog[open]")) && !name.startsWith("Ctrl-")) return;
  const found = find(`${before} ${name}`) ?? find(name);
  before = name;
  if (!found) return;
  before = "";
  event.preventDefault();
  found.run(event);
};

export const startKeys = () => addEventListener("keydown", press);

/** The thing of the row that has the focus. @returns {{id: string, name: string, kind: string} | null} */
export const focused = () => {
  const row = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-thing]") ?? null);
  return row ? { id: row.dataset.thing ?? "", name: row.dataset.name ?? "", kind: row.dataset.kind ?? "" } : null;
};
