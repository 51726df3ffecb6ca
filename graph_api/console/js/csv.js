// A list as a file that Excel opens: UTF-8 with its mark, no cell that a spreadsheet would take for a formula.
import { html } from "./preact.js";
import { t } from "./words.js";

/** @typedef {string | number | null | undefined} Cell */

/** @param {Cell} value */
const cell = (value) => {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
};

/** The address of a file with these rows. @param {Cell[][]} rows */
export const csv = (rows) => `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`)}`;

/** A link that keeps a list as a file. @param {{name: string, heads: string[], rows: Cell[][]}} props */
export const Csv = ({ name, heads, rows }) =>
  rows.length ? html`<a class="no-print" data-row href=${csv([heads, ...rows])} download=${`${name}.csv`}>${t("csv.save")}</a>` : null;
