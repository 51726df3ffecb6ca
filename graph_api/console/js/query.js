// A question of a screen: asked anew whenever the graph is at another revision, and every half minute.
import { ask, Trouble } from "./client.js";
import { round } from "./live.js";
import { signal, useEffect, useState } from "./preact.js";

const AGAIN_MS = 30_000;
/** @typedef {{data: any, trouble: Trouble | null, again: () => void}} Answer */

/** Half minutes since the page was opened. */
const beat = signal(0);
setInterval(() => (beat.value += 1), AGAIN_MS);

/** Ask while a component is shown; what was answered before stays until the next answer is there.
 * @param {string} name @param {Record<string, unknown>} variables
 * @param {unknown} [of] where it is given, a new revision counts only if this has changed, too @returns {Answer} */
export const useQuery = (name, variables = {}, of = undefined) => {
  const [held, hold] = useState(/** @type {{key: string, data: any, trouble: Trouble | null}} */ ({ key: "", data: null, trouble: null }));
  const [wanted, want] = useState(0);
  const key = `${name} ${JSON.stringify(variables)}`;
  useEffect(() => {
    let gone = false;
    ask(name, variables).then(
      (data) => gone || hold({ key, data, trouble: null }),
      (error) => gone || hold((old) => ({ ...old, data: old.key === key ? old.data : null, key, trouble: error })),
    );
    return () => {
      gone = true;
    };
  }, [key, of ?? round.value, beat.value, wanted]);
  return { data: held.key === key ? held.data : null, trouble: held.trouble, again: () => want(wanted + 1) };
};
