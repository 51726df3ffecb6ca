// Find things by typing: names, pinyin, initials, numbers; Enter takes the first one.
import { ask } from "./client.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { kindOf, lang, t } from "./words.js";

/** @typedef {{id: string, name: string, label?: string}} Hit */

/** Things that fit what is typed; `fits`: they are of what stands there now, not of what stood there before.
 * @param {string} text @param {string[] | undefined} kinds @returns {{hits: Hit[], fits: boolean}} */
export const useHits = (text, kinds) => {
  const [{ of, hits }, hold] = useState({ of: "", hits: /** @type {Hit[]} */ ([]) });
  useEffect(() => {
    let gone = false;
    if (!text.trim()) return hold({ of: text, hits: [] });
    ask("search", { text, kinds, first: 8, lang: lang() }).then(
      (data) => gone || hold({ of: text, hits: (data.search?.nodes ?? []).map((/** @type {any} */ each) => each.entity) }),
      (error) => console.info("nothing is found now", error),
    );
    return () => {
      gone = true;
    };
  }, [text]);
  return { hits, fits: of === text };
};

/** Enter, once what is found is of what was typed: whoever types fast takes what was meant, not what stood there before.
 * @param {string} text @param {boolean} fits @param {() => void} enter */
export const useEnter = (text, fits, enter) => {
  const waits = useRef(/** @type {string | null} */ (null));
  useEffect(() => {
    if (fits && waits.current === text) enter();
    waits.current = null;
  }, [text, fits]);
  return () => (fits ? enter() : void (waits.current = text));
};

/** @param {{id: string, one: boolean, kinds?: string[], suggest?: Hit[], value: Hit[], set: (value: Hit[]) => void, required?: boolean,
 *   "data-first"?: string}} props */
export const ThingPicker = ({ id, one, kinds, suggest = [], value, set, required, ...more }) => {
  const [text, type] = useState("");
  const { hits: found, fits } = useHits(text, kinds);
  const held = Array.isArray(value) ? value : [];
  const offered = (text ? found : suggest).filter((each) => !held.some((old) => old.id === each.id));
  const take = (/** @type {Hit} */ each) => {
    set(one ? [each] : [...held, each]);
    type("");
    document.getElementById(id)?.focus();
  };
  const enter = useEnter(text, fits, () => offered[0] && take(offered[0]));
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && !event.isComposing && text) {
      event.preventDefault();
      enter();
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
