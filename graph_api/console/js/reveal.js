// Numbers that are hidden until somebody says why they want them: kept in memory, while the page is open.
import { ids } from "./acts.js";
import { form } from "./form.js";
import { signal } from "./preact.js";
import { t } from "./words.js";

/** @type {{value: Map<string, string>}} */
export const revealed = signal(new Map());

/** Ask for the numbers of things that an open incident concerns. @param {string} incident @param {{id: string, name?: string}[]} of */
export const reveal = (incident, of) => {
  form.value = {
    title: t("act.reveal"),
    operation: "acts.RevealContact",
    say: of.map((each) => each.name).join(t("list.comma")),
    fields: [{ name: "reason", label: t("field.why"), need: true, value: t("reveal.reason") }],
    input: (typed) => ({ incident, of: ids(of), reason: typed.reason }),
    once: true,
    done: ({ contacts }) => {
      const found = contacts.map((/** @type {any} */ each) => [each.id, each.value]);
      revealed.value = new Map([...revealed.value, ...found]);
    },
  };
};
