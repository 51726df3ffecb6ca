// The live line: told of every new revision by WebSocket; where there is none, asked for every 5 s, and said so.
import { ask } from "./client.js";
import operations from "./operations.js";
import { computed, effect, signal } from "./preact.js";
import { told } from "./session.js";

const ASK_MS = 5_000;
const PING_MS = 4_000;

/** opening, live (told at once), asking (every 5 s), broken (nothing is heard). */
export const line = signal(/** @type {"opening" | "live" | "asking" | "broken"} */ ("opening"));
/** When the service was last heard, by this machine's clock. */
export const heard = signal(Date.now());
/** The newest state of graph and store that is known. @type {{value: any}} */
export const status = signal(null);
/** Rises whenever what is on screen may be old. */
export const round = signal(0);
export const revision = computed(() => status.value?.revision ?? "");
/** Why nothing can be recorded now, as far as is known; null = it can. @returns {"banner.store" | "banner.readonly" | null} */
const closed = () => {
  const store = status.value?.store;
  if (!store || (store.reachable && store.writable)) return null;
  return store.reachable ? "banner.readonly" : "banner.store";
};
export const takesNothing = computed(closed);

/** @type {WebSocket | null} */
let socket = null;
/** @type {string | null} */
let bookmark = null;
let tries = 0;
let lastRevision = "";

/** @param {string} at */
const isAt = (at) => {
  heard.value = Date.now();
  if (at === lastRevision) return;
  lastRevision = at;
  round.value += 1;
};

/** Ask how graph and store are. */
const lookAfter = async () => {
  try {
    const { graph } = await ask("status");
    status.value = graph;
    isAt(graph.revision);
    if (line.value !== "live") line.value = "asking";
  } catch (error) {
    if (line.value !== "live") line.value = "broken";
    console.info("the service is not heard", error);
  }
};

/** @param {any} message */
const take = (message) => {
  heard.value = Date.now();
  if (message.type === "connection_ack") {
    tries = 0;
    socket?.send(JSON.stringify({ id: "live", type: "subscribe", payload: { query: operations.live, variables: { after: bookmark } } }));
    line.value = "live";
    round.value += 1;
  } else if (message.type === "next") {
    const told = message.payload.data?.graphChanged;
    if (!told) return;
    bookmark = told.bookmark;
    isAt(told.revision);
  } else if (message.type === "ping") {
    socket?.send(JSON.stringify({ type: "pong" }));
  } else if (message.type === "error" || message.type === "complete") {
    bookmark = null; // of another store, or read too slowly: subscribe anew
    lost(socket);
  }
};

const open = () => {
  const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`, "graphql-transport-ws");
  socket = mine;
  mine.onopen = () => {
    const token = told.value.token;
    mine.send(JSON.stringify({ type: "connection_init", payload: token ? { "X-Session-Token": token } : {} }));
  };
  mine.onmessage = (event) => take(JSON.parse(event.data));
  mine.onclose = () => lost(mine);
};

/** A line is gone: said at once, and another one is opened. @param {WebSocket | null} mine */
const lost = (mine) => {
  if (!mine || socket !== mine) return;
  socket = null;
  mine.close();
  line.value = "broken";
  tries += 1;
  void lookAfter();
  setTimeout(open, Math.min(500 * 2 ** Math.min(tries, 4), ASK_MS));
};

/** Close and open: another one is logged in. */
const again = () => {
  const mine = socket;
  socket = null;
  mine?.close();
  open();
};

export const startLine = () => {
  let token = told.value.token;
  open();
  effect(() => {
    if (told.value.token === token) return;
    token = told.value.token;
    again();
    round.value += 1;
  });
  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heard.value > 2 * PING_MS) lost(socket);
    else socket.send(JSON.stringify({ type: "ping" }));
  }, PING_MS);
  setInterval(() => void lookAfter(), ASK_MS);
  addEventListener("offline", () => lost(socket));
  void lookAfter();
};
