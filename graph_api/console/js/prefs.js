// What somebody prefers: language, theme, size of letters. The only thing that is kept in the browser.
import { effect, signal } from "./preact.js";

const PLACE = "baodian";

/** @typedef {"zh" | "en"} Language */
/** @typedef {"day" | "dark"} Theme */

/** @returns {Record<string, unknown>} */
const kept = () => {
  try {
    const held = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return typeof held === "object" && held !== null ? held : {};
  } catch {
    return {}; // a browser that keeps nothing, or holds what is no preference
  }
};

const first = kept();
/** @template T @param {unknown} value @param {readonly T[]} allowed @param {T} otherwise @returns {T} */
const one = (value, allowed, otherwise) => allowed.find((each) => each === value) ?? otherwise;
const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;

export const SIZES = /** @type {const} */ ([14, 16, 19, 24]);
export const language = signal(/** @type {Language} */ (one(first.language, ["zh", "en"], "zh")));
export const theme = signal(/** @type {Theme} */ (one(first.theme, ["day", "dark"], prefersDark ? "dark" : "day")));
export const size = signal(/** @type {number} */ (one(first.size, [...SIZES], 16)));

export const otherLanguage = () => (language.value = language.value === "zh" ? "en" : "zh");
export const otherTheme = () => (theme.value = theme.value === "day" ? "dark" : "day");
/** @param {number} by */
export const resize = (by) => {
  const at = SIZES.indexOf(/** @type {14} */ (size.value)) + by;
  size.value = SIZES[Math.max(0, Math.min(SIZES.length - 1, at))];
};

effect(() => {
  const page = document.documentElement;
  page.lang = language.value === "zh" ? "zh-CN" : "en";
  page.dataset.theme = theme.value;
  page.style.fontSize = `${size.value}px`;
  try {
    const held = { language: language.value, theme: theme.value, size: size.value };
    localStorage.setItem(PLACE, JSON.stringify(held));
  } catch (error) {
    console.info("preferences are not kept", error);
  }
});
