// Who is logged in. The cookie is out of reach of scripts; the token beside it is held in memory alone.
import { signal } from "./preact.js";
import { language } from "./prefs.js";

/** @typedef {{name: string, password: string, roles: string[]}} DemoAccount */
/** @typedef {{needed?: boolean, password?: boolean, provider?: boolean, demo?: DemoAccount[], name?: string,
 *   roles?: string[], token?: string}} Told */

export const told = signal(/** @type {Told} */ ({}));
/** Why the form to log in is open; null = it is not. */
export const asking = signal(/** @type {null | "wanted" | "expired" | "needed"} */ (null));

/** @type {{go: () => void, stop: (why: Error) => void}[]} */
let waiting = [];
const released = () => {
  const held = waiting;
  waiting = [];
  return held;
};

/** @returns {Record<string, string>} */
export const headers = () => (told.value.token ? { "X-Session-Token": told.value.token } : {});

export const look = async () => {
  const answer = await fetch("/session", { signal: AbortSignal.timeout(5000) });
  if (answer.ok) told.value = await answer.json();
};

/** @param {string} path @param {unknown} body */
const send = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language.value, ...headers() },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15000),
  });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.errors[0].message);
};

/** @param {string} name @param {string} password */
export const logIn = async (name, password) => {
  await send("/login", { name, password });
  await look();
  asking.value = null;
  for (const each of released()) each.go();
};

/** Close the form without logging in: what waited for it is not done. @param {Error} why */
export const stayOut = (why) => {
  asking.value = null;
  for (const each of released()) each.stop(why);
};

export const logOut = async () => {
  await send("/logout", {}).catch((error) => console.info("the session ends by itself", error));
  await look();
  if (told.value.needed) asking.value = "needed";
};

/** Resolves once somebody is logged in: whatever was under way goes on then.
 * @param {"wanted" | "expired" | "needed"} why @returns {Promise<void>} */
export const loggedIn = (why) => {
  asking.value = why;
  return new Promise((go, stop) => waiting.push({ go, stop }));
};
