// Who is logged in, and the form to log in with. The cookie is out of reach of scripts; what this page shows beside it
// is the session's token, which only pages of this service can read.
let told = {};
const json = { "Content-Type": "application/json" };

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element[name] = value;
  element.append(...children);
  return element;
};

export const headers = (given) =>
  told.token && !Object.keys(given).some((name) => name.toLowerCase() === "authorization")
    ? { "X-Session-Token": told.token }
    : {};

export const refused = () => look().then(() => told.token || dialog.open || ask());

const look = async () => {
  const answer = await fetch("/session");
  told = answer.ok ? await answer.json() : { needed: true };
  show();
};

const send = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { ...json, ...headers({}) },
    body: JSON.stringify(body),
  });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.errors[0].message);
  return said;
};

const logIn = async (name, password) => {
  problem.textContent = "";
  try {
    await send("/login", { name, password });
    form.reset();
    dialog.close();
    await look();
  } catch (error) {
    problem.textContent = error.message;
  }
};

const logOut = async () => {
  await send("/logout", {}).catch(() => {});
  await look();
  if (told.needed) ask();
};

const name = make("input", { name: "name", autocomplete: "username", required: true });
const password = make("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
const problem = make("p", { className: "problem", role: "alert" });
const provider = make("a", { className: "provider", href: "/login/provider", hidden: true }, "统一身份认证登录 · single sign-on");
const demo = make("p", { className: "demo" });
const form = make(
  "form",
  {},
  make("h1", {}, "登录 · Log in"),
  make("label", {}, "账户 name", name),
  make("label", {}, "口令 password", password),
  problem,
  make("button", { type: "submit" }, "登录 log in"),
  provider,
  demo,
  make("p", { className: "hint" }, "有密钥者：关闭本窗，在 Headers 中填写。With a key: close this (Esc), put it under Headers."),
);
const dialog = make("dialog", { className: "login" }, form);
const bar = make("div", { className: "session" });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  logIn(name.value, password.value);
});

const ask = () => {
  dialog.showModal();
  name.focus();
};

const show = () => {
  const who = told.token ? `${told.name} · ${told.roles.join(", ")}` : "";
  const act = told.token
    ? make("button", { onclick: logOut }, "退出 log out")
    : make("button", { onclick: ask }, "登录 log in");
  const canLogIn = told.password || told.provider || told.token;
  const atOnce = () =>
    (told.demo || []).map((each) =>
      make("button", { type: "button", onclick: () => logIn(each.name, each.password) }, each.name),
    );
  bar.replaceChildren(make("span", {}, who), ...(told.token ? [] : atOnce()), ...(canLogIn ? [act] : []));
  provider.hidden = !told.provider;
  demo.replaceChildren(...atOnce());
};

export const start = async () => {
  document.body.prepend(bar);
  document.body.append(dialog);
  await look();
  if (told.needed && !told.token) ask();
};
