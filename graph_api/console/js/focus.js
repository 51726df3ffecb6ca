// The focus is not lost: where an answer takes the row away that has it, the row that came in its place gets it.

/** @typedef {{block: Element, label: string, at: number, row: HTMLElement}} Place */
/** @type {Place | null} */
let last = null;

/** @param {ParentNode} within */
const rowsIn = (within) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll("[data-row]")]);

/** What a row stands in with its like. @param {Element} row @returns {Element} */
const blockOf = (row) => row.closest("section") ?? row.closest("table") ?? /** @type {Element} */ (row.closest("main"));

/** The row that has the focus, or in which it is. */
const current = () => /** @type {HTMLElement | undefined} */ (rowsIn(document).find((each) => each.contains(document.activeElement)));

const remember = () => {
  const row = current();
  if (!row) return;
  const block = blockOf(row);
  last = { block, label: block.getAttribute("aria-label") ?? "", at: rowsIn(block).indexOf(row), row };
};

/** The block of a place, also where it was drawn anew. @param {Place} place */
const blockAgain = ({ block, label }) =>
  block.isConnected ? block : label ? document.querySelector(`main section[aria-label="${CSS.escape(label)}"]`) : null;

/** Give the focus back, if it was on a row that is gone. */
const settle = () => {
  if (!last || last.row.isConnected || document.activeElement !== document.body || document.querySelector("dialog[open]")) return;
  const rows = rowsIn(blockAgain(last) ?? document.createElement("p"));
  rows[Math.min(last.at, rows.length - 1)]?.focus();
};

/** Move the focus over rows that can be opened. @param {number} by */
export const moveRow = (by) => {
  const rows = rowsIn(document);
  const at = rows.indexOf(/** @type {HTMLElement} */ (current()));
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
};

/** Move the focus to the first row of the next block. @param {number} by */
export const moveBlock = (by) => {
  const blocks = [...new Set(rowsIn(document).map(blockOf))];
  const row = current();
  const at = row ? blocks.indexOf(blockOf(row)) : by > 0 ? -1 : blocks.length;
  const next = blocks[Math.max(0, Math.min(blocks.length - 1, at + by))];
  if (!next) return;
  rowsIn(next)[0].focus();
  next.scrollIntoView({ block: "nearest" });
};

export const startFocus = () => {
  addEventListener("focusin", remember);
  addEventListener("pointerdown", () => (last = null)); // whoever clicks elsewhere wants to be elsewhere
  addEventListener("hashchange", () => (last = null));
  addEventListener("close", () => queueMicrotask(settle), true);
  new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
};
