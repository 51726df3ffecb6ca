// The server's time, whatever this machine's clock says, in the time zone of the utility.
import { signal } from "./preact.js";
import { language } from "./prefs.js";

const ZONE = document.documentElement.dataset.zone || "Asia/Shanghai";
let skewMs = 0;
/** A rehearsal's clock stands still until somebody moves it. */
export const rehearsal = signal(false);
export const now = signal(Date.now());

const tick = () => {
  if (!rehearsal.value) now.value = Date.now() + skewMs;
  setTimeout(tick, 1000 - ((Date.now() + skewMs) % 1000));
};

/** The server said its time in an answer. @param {string} at @param {number} askedMs @param {number} answeredMs */
export const learnTime = (at, askedMs, answeredMs) => {
  skewMs = Date.parse(at) - (askedMs + answeredMs) / 2;
  now.value = rehearsal.value ? Date.parse(at) : Date.now() + skewMs;
};

const followRehearsal = async () => {
  const asked = Date.now();
  const answer = await fetch("/readyz").then((each) => each.json());
  if (!answer.rehearsal) return;
  rehearsal.value = true;
  if (Date.parse(answer.rehearsal.now) !== now.value) learnTime(answer.rehearsal.now, asked, Date.now());
  setTimeout(() => followRehearsal().catch(() => setTimeout(startClock, 5000)), 2000);
};

export const startClock = () => {
  followRehearsal().catch((error) => console.info("whether it is a rehearsal is not known", error));
};
tick();

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();
/** @param {string} key @param {Intl.DateTimeFormatOptions} options */
const format = (key, options) => {
  const name = key + language.value;
  const held = formats.get(name);
  if (held) return held;
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  const made = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hourCycle: "h23", ...options });
  formats.set(name, made);
  return made;
};

/** @typedef {string | number | null | undefined} Moment */
/** @param {Moment} at */
const date = (at) => new Date(/** @type {string | number} */ (at));
/** @param {Moment} at */
export const clockTime = (at) => (at ? format("s", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(date(at)) : "");
/** @param {Moment} at */
export const day = (at) => (at ? format("d", { year: "numeric", month: "2-digit", day: "2-digit" }).format(date(at)) : "");
/** @param {Moment} at */
export const weekday = (at) => format("w", { weekday: "short", month: "2-digit", day: "2-digit" }).format(date(at));
/** The moment that a clock of the utility shows as this: 2026-11-28T03:00. @param {string} wall */
export const momentOf = (wall) => {
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ timeZone: ZONE, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" });
  const shown = (/** @type {number} */ at) => Date.parse(`${new Intl.DateTimeFormat("sv-SE", options).format(at).replace(" ", "T")}Z`);
  const guess = Date.parse(`${wall}Z`);
  return new Date(guess - (shown(guess) - guess)).toISOString();
};
/** Hours and minutes, with the day where it is not today. @param {Moment} at */
export const hour = (at) => {
  if (!at) return "";
  const time = format("m", { hour: "2-digit", minute: "2-digit" }).format(date(at));
  if (day(at) === day(now.value)) return time;
  return `${format("md", { month: "2-digit", day: "2-digit" }).format(date(at))} ${time}`;
};

/** A length of time: 4:05, 1:04:05. @param {number} seconds */
export const span = (seconds) => {
  const whole = Math.abs(Math.trunc(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ each) => String(each).padStart(2, "0");
  if (h >= 48) return `${Math.floor(h / 24)} d`;
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

/** Seconds until a moment by the server's clock. @param {string} at */
export const secondsUntil = (at) => (Date.parse(at) - now.value) / 1000;
