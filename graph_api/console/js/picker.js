// Find things by typing: names, pinyin, initials, numbers; Enter takes the first one.
import { ask } from "./client.js";
import { html, useEffect, useState } from "./preact.js";
import { kindOf, lang, t } from "./words.js";

/** @typedef {{id: string, name: string, label?: string}} Hit */

/** Things that fit what is typed. @param {string} text @param {string[] | undefined} kinds @returns {Hit[]} */
export const useHits = (text, kinds) => {
  const [hits, hold] = useState(/** @type {Hit[]} */ ([]));
  useEffect(() => {
    let gone = false;
    if (!text.trim()) return hold([]);
    ask("search", { text, kinds, first: 8, lang: lang() }).then(
      (data) => gone || hold(data.search.nodes.map((/** @type {any} */ each) => each.entity)),
      (error) => console.info("nothing is found now", error),
    );
    return () => {
      gone = true;
    };
  }, [text]);
  return hits;
};

/** @param {{id: string, one: boolean, kinds?: string[], suggest?: Hit[], value: Hit[], set: (value: Hit[]) => void, required?: boolean,
 *   "data-first"?: string}} props */
export const ThingPicker = ({ id, one, kinds, suggest = [], value, set, required, ...more }) => {
  const [text, type] = useState("");
  const found = useHits(text, kinds);
  const held = Array.isArray(value) ? value : [];
  const offered = (text ? found : suggest).filter((each) => !held.some((old) => old.id === each.id));
  const take = (/** @type {Hit} */ each) => {
    set(one ? [each] : [...held, each]);
    type("");
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && !event.isComposing && text && offered[0]) {
      event.preventDefault();
      take(offered[0]);
    }
    if (event.key === "Backspace" && !text && held.length) set(held.slice(0, -1));
  };
  return html`<div class="picker">
    ${held.map((each) => html`<button type="button" class="taken" title=${t("picker.remove")} onClick=${() => set(held.filter((old) => old !== each))}>${each.name} <i aria-hidden="true">✕</i></button>`)}
    <input id=${id} ...${more} type="text" value=${text} autocomplete="off" placeholder=${t("picker.hint")} required=${required && !held.length}
      onInput=${(/** @type {any} */ event) => type(event.currentTarget.value)} onKeyDown=${press} />
    <ul>${offered.map((each, at) => html`<li key=${each.id}><button type="button" onClick=${() => take(each)}>${each.name} <small>${kindOf(each)}</small>${text && !at ? html` <kbd aria-hidden="true">Enter</kbd>` : null}</button></li>`)}</ul>
  </div>`;
};
