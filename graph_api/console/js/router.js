// Addresses: #/screen/id?at=… opens the same thing again, here and on another machine.
import { signal } from "./preact.js";

/** @typedef {{screen: string, id: string, params: Record<string, string>}} Route */

/** @returns {Route} */
const here = () => {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [screen = "", id = ""] = path.split("/");
  return { screen: screen || "board", id: decodeURIComponent(id), params: Object.fromEntries(new URLSearchParams(query)) };
};

export const route = signal(here());
addEventListener("hashchange", () => (route.value = here()));

/** @param {string} screen @param {string} [id] @param {Record<string, string>} [params] */
export const href = (screen, id = "", params = {}) => {
  const query = new URLSearchParams(params).toString();
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ""}${query ? `?${query}` : ""}`;
};

/** @param {string} screen @param {string} [id] @param {Record<string, string>} [params] */
export const go = (screen, id = "", params = {}) => {
  location.hash = href(screen, id, params);
};

/** The same screen with other parameters; empty ones are left out. @param {Record<string, string>} params */
export const stay = (params) => {
  const { screen, id } = route.value;
  const kept = Object.entries({ ...route.value.params, ...params }).filter(([, value]) => value !== "");
  history.replaceState(null, "", href(screen, id, Object.fromEntries(kept)));
  route.value = here();
};
