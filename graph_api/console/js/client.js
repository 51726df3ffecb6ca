// Questions and acts: stored operations, sent to the public API.
import { learnTime } from "./clock.js";
import operations from "./operations.js";
import { signal } from "./preact.js";
import { language } from "./prefs.js";
import { headers, loggedIn, look, told } from "./session.js";
import { t } from "./words.js";

const PATIENCE_MS = 20_000;

/** What went wrong, with the code of the API; NETWORK where nothing came back. */
export class Trouble extends Error {
  /** @param {string} code @param {string} message @param {boolean} retryable @param {string[]} parts of the input that are wrong */
  constructor(code, message, retryable = false, parts = []) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    this.parts = parts;
  }
}

/** Why changes are refused now; null = they are not. */
export const refusing = signal(/** @type {string | null} */ (null));

/** @param {string} name file and operation, as `board` or `acts.AddNote` */
const request = (name) => {
  const [file, operationName] = name.split(".");
  const query = operations[file];
  if (!query) throw new Error(`no operation ${name}`);
  return { query, operationName };
};

/** @param {unknown} body */
const post = async (body) => {
  try {
    return await fetch("/graphql", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json;q=0.9",
        "Accept-Language": language.value,
        ...headers(),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Trouble("NETWORK", t("trouble.network"), true);
  }
};

/** @param {Response} answer @returns {Promise<any>} */
const read = async (answer) => {
  const said = await answer.json().catch(() => {
    throw new Trouble("NETWORK", t("trouble.answer", { status: answer.status }), true);
  });
  const [error] = said.errors ?? [];
  if (!error || (said.data && Object.values(said.data).some((each) => each !== null))) return said.data;
  throw new Trouble(error.extensions?.code ?? "INTERNAL", error.message, error.extensions?.retryable);
};

/** @param {any} data */
const timeOf = (data) => data?.board?.at ?? data?.incident?.stateAt?.at;

/** The session ended, or another tab has logged in. @param {number} status */
const sessionAgain = async (status) => {
  const { token } = told.value;
  await look();
  if (status === 401 && told.value.token === token) await loggedIn("needed");
  if (token && !told.value.token) await loggedIn("expired");
};

/** @typedef {import("./operations.js").Operations} Operations */
/** Its file, and its own name where the file has several. @typedef {keyof Operations} OperationName */
/** What an operation has to be given. @template {OperationName} N @typedef {{[K in keyof Operations[N]["variables"]]: unknown}} Given */

/** Ask. Raises Trouble. @template {OperationName} N @param {N} name @param {Given<N>} [variables] @returns {Promise<Operations[N]["data"]>} */
export const ask = async (name, variables) => {
  const asked = Date.now();
  const body = { ...request(name), variables: variables ?? {} };
  let answer = await post(body);
  if (answer.status === 401 || answer.status === 403) {
    await sessionAgain(answer.status);
    answer = await post(body);
  }
  const data = await read(answer);
  const at = timeOf(data);
  if (at && !(variables && "at" in variables && variables.at)) learnTime(at, asked, Date.now());
  return data;
};

/** Whether it is for want of a session that it was refused. @param {unknown} error */
const wantsLogIn = (error) => error instanceof Trouble && ["UNAUTHENTICATED", "FORBIDDEN"].includes(error.code);

/** A name that makes a retry safe. */
export const newRequestId = () =>
  `console-${[...crypto.getRandomValues(new Uint8Array(12))].map((each) => each.toString(16).padStart(2, "0")).join("")}`;

/** Act: one field of a mutation, once, however often it is sent. Whoever is logged out meanwhile logs in on the spot.
 * Raises Trouble, also for what is wrong with the input.
 * @param {OperationName} name @param {Record<string, unknown>} input @param {Record<string, unknown>} [more] @returns {Promise<any>} */
export const act = async (name, input, more = {}) => {
  const variables = /** @type {any} */ ({ input, ...more });
  let data;
  try {
    data = await ask(name, variables);
  } catch (error) {
    if (!wantsLogIn(error)) throw refused(error);
    const had = told.value.token;
    await look();
    if (told.value.token) throw refused(error);
    await loggedIn(had ? "expired" : "wanted");
    data = await ask(name, variables);
  }
  refusing.value = null;
  const [payload] = Object.values(data);
  const wrong = payload?.userErrors ?? [];
  if (wrong.length) throw new Trouble(wrong[0].code, wrong.map((/** @type {any} */ each) => each.message).join("\n"), false, wrong.flatMap((/** @type {any} */ each) => each.path));
  return payload;
};

/** @param {unknown} error */
const refused = (error) => {
  if (error instanceof Trouble && error.code.startsWith("STORE_")) refusing.value = error.message;
  return error;
};
