// A drawing of the server as elements: made one by one of a list of what a drawing has, never of text as it comes.

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(["svg", "g", "path", "polyline", "rect", "circle", "text", "title"]);
const ATTRIBUTES = new Set(
  "aria-label class cx cy d data-id height points r role rx text-anchor transform viewBox width x y".split(" "),
);
const TOKEN = /<(\/?)(\w+)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w-]+)="([^"]*)"/g;
const SIGNS = /** @type {Record<string, string>} */ ({ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" });

/** @param {string} text */
const plain = (text) => text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (sign) => SIGNS[sign]);

/** @param {string} name @param {string} attributes */
const element = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [, key, value] of attributes.matchAll(ATTRIBUTE)) if (ATTRIBUTES.has(key)) made.setAttribute(key, plain(value));
  return made;
};

/** The drawing that a text describes; null for none. @param {string} text @returns {SVGSVGElement | null} */
export const drawn = (text) => {
  /** @type {Element[]} */
  const open = [];
  let whole = /** @type {Element | null} */ (null);
  for (const [, closes, name, attributes, alone, words] of text.matchAll(TOKEN)) {
    if (words) open.at(-1)?.append(plain(words));
    else if (closes) open.pop();
    else if (ELEMENTS.has(name)) {
      const made = element(name, attributes);
      open.at(-1)?.append(made);
      whole ??= made;
      if (!alone) open.push(made);
    }
  }
  return whole instanceof SVGSVGElement ? whole : null;
};
