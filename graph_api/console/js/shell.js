// What stands around every screen: where one is, the time, the line, who is logged in.
import { clockTime, day, now, rehearsal, span } from "./clock.js";
import { refusing } from "./client.js";
import { moveBlock, moveRow } from "./focus.js";
import { FormDialog, said } from "./form.js";
import { HelpDialog, helping } from "./help.js";
import { useKeys } from "./keys.js";
import { heard, line, status, takesNothing } from "./live.js";
import { LogInDialog } from "./login.js";
import { html, useEffect } from "./preact.js";
import { otherLanguage, otherTheme, resize } from "./prefs.js";
import { go, href, route } from "./router.js";
import { screens } from "./screens.js";
import { SearchDialog, searching } from "./search.js";
import { asking, logOut, told } from "./session.js";
import { label, t } from "./words.js";

const openSearch = () => (searching.value = true);

const keys = () => [
  { key: "/", say: t("search.title"), run: openSearch },
  { key: "Ctrl-k", say: t("search.title"), run: openSearch },
  { key: "j", say: t("key.down"), run: () => moveRow(1) },
  { key: "ArrowDown", say: t("key.down"), run: () => moveRow(1) },
  { key: "k", say: t("key.up"), run: () => moveRow(-1) },
  { key: "ArrowUp", say: t("key.up"), run: () => moveRow(-1) },
  { key: "]", say: t("key.nextBlock"), run: () => moveBlock(1) },
  { key: "[", say: t("key.blockBefore"), run: () => moveBlock(-1) },
  ...screens.filter((each) => each.key).map((each) => ({ key: `g ${each.key}`, say: t(each.title), run: () => go(each.name) })),
  { key: "Backspace", say: t("key.back"), run: () => history.back() },
  { key: "l", say: t("key.login"), run: () => (asking.value = "wanted") },
  { key: "z", say: t("key.language"), run: otherLanguage },
  { key: "d", say: t("key.theme"), run: otherTheme },
  { key: "+", say: t("key.larger"), run: () => resize(1) },
  { key: "-", say: t("key.smaller"), run: () => resize(-1) },
  { key: "?", say: t("help.title"), run: () => (helping.value = true) },
];

const Line = () => {
  const state = line.value;
  return html`<span class=${`line line-${state}`} role="status">${{ live: "●", asking: "◐", broken: "✕", opening: "○" }[state]} ${t(`line.${state}`)}</span>`;
};

const Who = () => {
  const { name, roles = [], token } = told.value;
  if (!token) return html`<button type="button" onClick=${() => (asking.value = "wanted")}>${t("login.enter")} <kbd aria-hidden="true">l</kbd></button>`;
  return html`<span class="who" title=${roles.map((each) => label("AccessRole", each)).join(" ")}>${name}</span><button type="button" onClick=${logOut}>${t("login.leave")}</button>`;
};

const Bar = () =>
  html`<header class="top">
    <a class="brand" href="#/board">${t("brand")}</a>
    <nav aria-label=${t("nav")}>
      ${screens.filter((each) => each.key).map((each) => html`<a key=${each.name} href=${href(each.name)} aria-current=${route.value.screen === each.name ? "page" : undefined}>${t(each.title)}</a>`)}
      <button type="button" onClick=${openSearch}>${t("search.short")} <kbd aria-hidden="true">/</kbd></button>
    </nav>
    <${Line} />
    <time class="clock" datetime=${new Date(now.value).toISOString()}><span>${day(now.value)}</span> <b>${clockTime(now.value)}</b></time>
    <span class="tools">
      <${Who} />
      <button type="button" onClick=${otherLanguage} title=${t("key.language")}>${t("other.language")}</button>
      <button type="button" onClick=${otherTheme} title=${t("key.theme")}>${t("other.theme")}</button>
      <button type="button" onClick=${() => (helping.value = true)} title=${t("help.title")}>?</button>
    </span>
  </header>`;

/** What has to be known before anything on screen is believed. */
const Banners = () => {
  const age = Math.max(0, (now.value ? Date.now() - heard.value : 0) / 1000);
  return html`<div class="banners" aria-live="assertive">
    ${rehearsal.value && html`<p class="banner note">${t("banner.rehearsal")}</p>`}
    ${line.value === "broken" && html`<p class="banner late"><i aria-hidden="true">▲</i> ${t("banner.broken", { span: span(age) })}</p>`}
    ${line.value === "asking" && html`<p class="banner note">${t("banner.asking")}</p>`}
    ${takesNothing.value && html`<p class="banner late"><i aria-hidden="true">▲</i> ${t(takesNothing.value)} ${status.value.store.writeTrouble ?? ""} ${refusing.value ?? ""}</p>`}
  </div>`;
};

export const Shell = () => {
  useKeys(keys(), [t("brand")]);
  const { screen, id } = route.value;
  const mayAsk = !told.value.needed || told.value.token;
  const shown = screens.find((each) => each.name === screen) ?? screens[0];
  useEffect(() => {
    document.title = `${t(shown.title)} · ${t("brand")}`;
    scrollTo(0, 0);
  }, [screen, id, t("brand")]);
  return html`<${Bar} /><${Banners} />
    <main id="main" tabindex="-1">${mayAsk && html`<${shown.show} key=${`${screen}/${id}`} id=${id} />`}</main>
    <p class="said" role="status" aria-live="polite">${said.value}</p>
    <${SearchDialog} /><${FormDialog} /><${LogInDialog} /><${HelpDialog} />`;
};
