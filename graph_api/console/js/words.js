// The console's own words in two languages, and what the API's coded values are called in them.
import { signal } from "./preact.js";
import { language } from "./prefs.js";
import { en } from "./words/en.js";
import { zh } from "./words/zh.js";

const DICTIONARIES = { zh, en };

/** @typedef {keyof typeof zh} Word */

/** A text of the console; `{name}` in it stands for a value.
 * @param {Word} word @param {Record<string, string | number>} [values] */
export const t = (word, values = {}) =>
  DICTIONARIES[language.value][word].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** The language as the API calls it. */
export const lang = () => /** @type {"ZH" | "EN"} */ (language.value.toUpperCase());

/** @type {{value: Map<string, {zh: string, en: string}>}} */
const terms = signal(new Map());

/** @param {{name: string, terms: {code: string, zh: string, en: string}[]}[]} vocabulary */
export const learn = (vocabulary) => {
  terms.value = new Map(vocabulary.flatMap((of) => of.terms.map((term) => [`${of.name}.${term.code}`, term])));
};

/** What a coded value is called. @param {string} of @param {string | null | undefined} code */
export const label = (of, code) => (code ? (terms.value.get(`${of}.${code}`)?.[language.value] ?? code) : "");

/** What kind of thing it is, in words: its label without its name. @param {{label?: string, name?: string | null, id: string}} of */
export const kindOf = (of) => (of.label ?? "").replace(of.name || of.id, "").trim();

/** All values of a vocabulary. @param {string} of @returns {[string, string][]} */
export const labels = (of) =>
  [...terms.value.keys()]
    .filter((key) => key.startsWith(`${of}.`))
    .map((key) => [key.slice(of.length + 1), label(of, key.slice(of.length + 1))]);
