// Acts that several screens offer.
import { form } from "./form.js";
import { go } from "./router.js";
import { t } from "./words.js";

/** @param {{id: string}[]} things */
export const ids = (things) => (Array.isArray(things) ? things.map((each) => each.id) : []);
/** What was left empty is not sent. @param {Record<string, unknown>} typed */
export const filled = (typed) => Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));

/** @returns {[string, string][]} */
export const levels = () => ["I", "II", "III", "IV"].map((each) => [each, t("level", { level: each })]);

/** Open an incident, on things perhaps. @param {{id: string, name?: string}[]} things @param {boolean} [exercise] */
export const openIncident = (things = [], exercise = false) => {
  form.value = {
    title: t("act.openIncident"),
    operation: "acts.OpenIncident",
    fields: [
      { name: "title", label: t("field.title"), need: true, value: things[0]?.name ? t("act.titleOf", { name: things[0].name }) : "" },
      { name: "equipment", label: t("field.equipment"), type: "things", value: things },
      { name: "tripped", label: t("field.tripped"), type: "things" },
      { name: "level", label: t("field.level"), type: "choice", choices: levels() },
      { name: "evenIfOpen", label: t("field.evenIfOpen"), type: "yes", value: false, when: "INCIDENT_OPEN" },
    ],
    input: (typed) => filled({ ...typed, exercise, equipment: ids(typed.equipment), tripped: ids(typed.tripped) }),
    done: (payload) => go("incident", payload.incident.id),
  };
};
