// The console (值班台). See ../../docs/console.md.
import { ask } from "./client.js";
import { startClock } from "./clock.js";
import { startFocus } from "./focus.js";
import { startKeys } from "./keys.js";
import { startLine } from "./live.js";
import { html, render } from "./preact.js";
import { look, loggedIn, told } from "./session.js";
import { Shell } from "./shell.js";
import { learn } from "./words.js";

/** Paper has everything, also what is folded on the screen. */
const unfold = () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
};

const start = async () => {
  await look().catch((error) => console.info("who is logged in is not known yet", error));
  const page = /** @type {HTMLElement} */ (document.getElementById("page"));
  page.replaceChildren();
  render(html`<${Shell} />`, page);
  startKeys();
  startFocus();
  addEventListener("beforeprint", unfold);
  startClock();
  if (told.value.needed && !told.value.token) await loggedIn("needed");
  startLine();
  learn((await ask("vocabulary")).vocabulary);
};

await start();
