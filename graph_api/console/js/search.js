// Search everywhere: grouped by kind; Enter opens, with Shift it opens an incident, with Alt who answers, with Ctrl what if.
import { openIncident } from "./acts.js";
import { html, signal, useLayoutEffect, useRef, useState } from "./preact.js";
import { useEnter, useHits } from "./picker.js";
import { placeOf } from "./parts.js";
import { href } from "./router.js";
import { kindOf, t } from "./words.js";

export const searching = signal(false);

/** Hits of a kind stand together, kinds in the order of their best hit. @param {any[]} hits */
const grouped = (hits) => {
  const groups = Map.groupBy ? Map.groupBy(hits, kindOf) : new Map([["", hits]]);
  return [...groups.entries()];
};

/** @param {KeyboardEvent} event @param {any} hit */
const choose = (event, hit) => {
  searching.value = false;
  if (event.shiftKey) openIncident([hit]);
  else if (event.ctrlKey || event.metaKey) location.hash = href("planner", hit.id);
  else location.hash = event.altKey ? href("who", hit.id) : placeOf(hit);
};

const Body = () => {
  const [text, type] = useState("");
  const [at, stand] = useState(0);
  const { hits: found, fits } = useHits(text, undefined);
  const groups = grouped(found);
  const flat = groups.flatMap(([, hits]) => hits);
  const pressed = useRef(/** @type {KeyboardEvent | null} */ (null));
  const enter = useEnter(text, fits, () => pressed.current && flat[at] && choose(pressed.current, flat[at]));
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      stand(Math.max(0, Math.min(flat.length - 1, at + step)));
    }
    if (event.key === "Enter" && text) {
      event.preventDefault();
      pressed.current = event;
      enter();
    }
  };
  return html`<div class="search">
    <label for="search-text" class="unseen">${t("search.title")}</label>
    <input id="search-text" type="search" role="combobox" aria-expanded=${flat.length > 0} aria-controls="hits" aria-activedescendant=${flat[at] ? `hit-${at}` : undefined}
      value=${text} placeholder=${t("search.hint")} autocomplete="off" onKeyDown=${press}
      onInput=${(/** @type {any} */ event) => (type(event.currentTarget.value), stand(0))} />
    <div id="hits" role="listbox" aria-label=${t("search.title")}>
      ${groups.map(
        ([kind, hits]) => html`<div role="group" aria-label=${kind} key=${kind}><p class="kind" aria-hidden="true">${kind}</p>
          ${hits.map((/** @type {any} */ hit) => {
            const place = flat.indexOf(hit);
            return html`<a key=${hit.id} id=${`hit-${place}`} role="option" tabindex="-1" aria-selected=${place === at} href=${placeOf(hit)}
              onClick=${() => (searching.value = false)}>${hit.name}<small>${hit.id}</small></a>`;
          })}</div>`,
      )}
      ${text && !flat.length ? html`<p class="muted">${t("search.none")}</p>` : null}
    </div>
    <p class="muted"><kbd>Enter</kbd> ${t("search.open")} · <kbd>Shift-Enter</kbd> ${t("act.openIncident")} · <kbd>Alt-Enter</kbd> ${t("search.who")} · <kbd>Ctrl-Enter</kbd> ${t("search.whatIf")}</p>
  </div>`;
};

export const SearchDialog = () => {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const open = searching.value;
  useLayoutEffect(() => {
    if (!open) return dialog.current?.close();
    dialog.current?.showModal();
    document.getElementById("search-text")?.focus();
  }, [open]);
  return html`<dialog ref=${dialog} class="finder" aria-label=${t("search.title")} onClose=${() => (searching.value = false)}>${open && html`<${Body} />`}</dialog>`;
};
