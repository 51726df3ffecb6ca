// A picture as the server has drawn it: pan, zoom, choose by click or arrow, fold and unfold. What is chosen is said under it.
import { Button, Failed, Named, NamedList } from "./parts.js";
import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { useQuery } from "./query.js";
import { holds } from "./rows.js";
import { drawn } from "./svg.js";
import { label, lang, t } from "./words.js";

/** @typedef {{of: string[], kind: "ONE_LINE" | "STATION" | "CUSTOMER" | "MAP", event?: unknown, chances?: unknown[]}} Asked */

const ZOOMS = [0.25, 0.35, 0.5, 0.7, 1, 1.4, 2];
const STEPS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 });

/** @param {any} picture */
const partsOf = (picture) => (picture ? [...picture.nodes, ...picture.edges] : []);

/** Zoom the drawing, and mark what is chosen. @param {HTMLElement | null} sheet @param {number} zoom @param {string} chosen */
const show = (sheet, zoom, chosen) => {
  const svg = sheet?.querySelector("svg");
  if (!sheet || !svg) return;
  svg.style.width = `${svg.viewBox.baseVal.width * zoom}px`;
  svg.style.height = `${svg.viewBox.baseVal.height * zoom}px`;
  for (const each of sheet.querySelectorAll(".chosen")) each.classList.remove("chosen");
  const part = chosen ? sheet.querySelector(`[data-id="${CSS.escape(chosen)}"]`) : null;
  part?.classList.add("chosen");
  part?.scrollIntoView({ block: "nearest", inline: "nearest" });
};

/** Fit the width, where that can still be read; a map can be at half its size, too. @param {HTMLElement | null} sheet @param {string} kind */
const fitting = (sheet, kind) => {
  const width = sheet?.querySelector("svg")?.viewBox.baseVal.width ?? 1;
  const most = (sheet?.clientWidth ?? width) / width;
  return ZOOMS.findLastIndex((each) => each <= Math.min(Math.max(most, kind === "MAP" ? 0.35 : 0.7), 1));
};

/** What is chosen: its name leads to it. @param {{part: any, act?: (part: any) => any}} props */
const Chosen = ({ part, act }) => {
  if (!part) return html`<p class="muted">${t("picture.choose")}</p>`;
  const things = part.things ?? [part.thing];
  return html`<p class="chosen-part" role="status" ...${holds(things[0])}><b>${things[0] ? html`<${NamedList} of=${things} />` : part.label}</b>
    · ${t(/** @type {any} */ (`condition.${part.condition}`))}${part.position ? ` · ${label("SwitchPosition", part.position)}${part.offNormal ? ` (${t("picture.offNormal")})` : ""}` : ""}${
      part.loadKw ? html` · <span class="num">${Math.round(part.loadKw)}${part.ratingKw ? ` / ${Math.round(part.ratingKw)}` : ""} kW</span>` : null
    }${part.telemetered ? ` · ${t("picture.remote")}` : ""} ${act?.(part)}</p>`;
};

/** @param {{asked: Asked, of?: unknown, act?: (part: any) => any, pressed?: (part: any) => void}} props */
export const Picture = ({ asked, of, act, pressed }) => {
  const [opened, open] = useState(/** @type {string[]} */ ([]));
  const [zoom, enlarge] = useState(-1);
  const [chosen, choose] = useState("");
  const sheet = useRef(/** @type {HTMLElement | null} */ (null));
  const answer = useQuery("picture.Picture", { ...asked, opened, lang: lang() }, of);
  const picture = answer.data?.picture;
  const size = zoom < 0 ? fitting(sheet.current, asked.kind) : zoom;
  useLayoutEffect(() => {
    const made = picture ? drawn(picture.svg) : null;
    if (made) sheet.current?.replaceChildren(made);
  }, [picture?.svg]);
  useLayoutEffect(() => show(sheet.current, ZOOMS[zoom < 0 ? fitting(sheet.current, asked.kind) : zoom], chosen), [picture?.svg, zoom, chosen]);
  if (!picture) return html`<${Failed} trouble=${answer.trouble} />`;
  const parts = partsOf(picture);
  const take = (/** @type {string} */ id) => {
    const part = parts.find((each) => each.id === id);
    choose(id);
    if (part?.folded) open([...opened, part.thing.id]);
    else if (part) pressed?.(part);
  };
  const nearer = (/** @type {number} */ by) => enlarge(Math.max(0, Math.min(ZOOMS.length - 1, size + by)));
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const step = event.ctrlKey || event.altKey || event.metaKey ? undefined : STEPS[event.key];
    if (event.key === "+" || event.key === "-") nearer(event.key === "+" ? 1 : -1);
    else if (event.key === "Enter" && chosen) take(chosen);
    else if (step) choose(parts[Math.max(0, Math.min(parts.length - 1, parts.findIndex((each) => each.id === chosen) + step))].id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (/** @type {any} */ event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    if (id) take(id);
  };
  return html`<div class="picture"><${Failed} trouble=${answer.trouble} />
    <div class="sheet" ref=${sheet} tabindex="0" data-row role="group" aria-label=${`${picture.title}: ${t("picture.keys")}`} onClick=${onClick} onKeyDown=${onKeyDown}></div>
    <div class="picture-foot"><${Chosen} part=${parts.find((each) => each.id === chosen)} act=${act} />
      <span><${Button} say="+" run=${() => nearer(1)} /><${Button} say="−" run=${() => nearer(-1)} /></span></div>
    ${picture.unplaced.length ? html`<details><summary>${t("picture.unplaced", { count: picture.unplaced.length })}</summary>${picture.unplaced.map((/** @type {any} */ each) => html`<${Named} key=${each.id} of=${each} /> `)}</details>` : null}</div>`;
};
