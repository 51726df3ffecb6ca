// What was said of a step of a plan: that it is done, where no switch tells so, or that it will not be. Kept as a note of
// the incident that ends with the step's action and thing, so that it is found again in either language.

/** @typedef {{done: boolean, at: string, by: string, note: string}} Mark */

/** Of each pair the one that was said last counts. */
const UNDONE_BY = /** @type {Record<string, string>} */ ({ LOCK: "UNLOCK", UNLOCK: "LOCK", EARTH: "REMOVE_EARTH", REMOVE_EARTH: "EARTH" });
const TAG = /\[(not )?([A-Z_]+) (\S+)\]$/;

/** What a note ends with. @param {{action: string, target: {id: string}}} step @param {boolean} done */
export const tagOf = (step, done) => `[${done ? "" : "not "}${step.action} ${step.target.id}]`;

/** The marks of an incident, by action and thing; entries come with the newest first. @param {{note?: string | null, at: string, by: string}[]} entries */
export const marksOf = (entries) => {
  /** @type {Map<string, Mark>} */
  const marks = new Map();
  for (const { note, at, by } of entries.toReversed()) {
    const [tag, not, action, thing] = note?.match(TAG) ?? [];
    if (!tag || !note) continue;
    if (!not) marks.delete(`${UNDONE_BY[action]} ${thing}`);
    marks.set(`${action} ${thing}`, { done: !not, at, by, note: note.slice(0, -tag.length).trim() });
  }
  return marks;
};

/** What was said of a step. @param {Map<string, Mark>} marks @param {{action: string, target: {id: string}}} step */
export const markOf = (marks, step) => marks.get(`${step.action} ${step.target.id}`);
