// A question of a screen: asked anew whenever the graph is at another revision, and every half minute.
import { ask, Trouble } from "./client.js";
import { round } from "./live.js";
import { signal, useEffect, useRef, useState } from "./preact.js";

const AGAIN_MS = 30_000;
/** @template [T=any] @typedef {{data: T | null, trouble: Trouble | null, again: () => void}} Answer */

/** Half minutes since the page was opened. */
const beat = signal(0);
setInterval(() => (beat.value += 1), AGAIN_MS);

/** Ask while a component is shown; what was answered before stays until the next answer is there.
 * @template {import("./client.js").OperationName} N @param {N} name @param {import("./client.js").Given<N>} [variables]
 * @param {unknown} [of] where it is given, a new revision counts only if this has changed, too
 * @returns {Answer<import("./client.js").Operations[N]["data"]>} */
export const useQuery = (name, variables, of = undefined) => {
  const [held, hold] = useState(/** @type {{key: string, data: any, trouble: Trouble | null}} */ ({ key: "", data: null, trouble: null }));
  const [wanted, want] = useState(0);
  const key = `${name} ${JSON.stringify(variables ?? {})}`;
  const asked = useRef({ key: "", asking: false, stale: false });
  useEffect(() => {
    if (asked.current.asking && asked.current.key === key) {
      asked.current.stale = true; // one at a time: asked again once this one is answered
      return;
    }
    const mine = { key, asking: true, stale: false };
    asked.current = mine;
    const take = (/** @type {any} */ data, /** @type {Trouble | null} */ trouble) => {
      mine.asking = false;
      if (asked.current !== mine) return;
      hold((old) => ({ key, data: data ?? (old.key === key ? old.data : null), trouble }));
      if (mine.stale) want((times) => times + 1);
    };
    ask(name, variables).then(
      (data) => take(data, null),
      (error) => take(null, error),
    );
  }, [key, of ?? round.value, beat.value, wanted]);
  useEffect(() => () => void (asked.current = { key: "", asking: false, stale: false }), []);
  return { data: held.key === key ? held.data : null, trouble: held.trouble, again: () => want((times) => times + 1) };
};
