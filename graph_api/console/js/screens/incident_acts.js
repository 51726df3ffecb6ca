// What can be done about an incident: each act with its key and its form.
import { filled, ids, levels } from "../acts.js";
import { actNow, form } from "../form.js";
import { focused } from "../keys.js";
import { go } from "../router.js";
import { labels, t } from "../words.js";
import { choosing, kindsOf } from "./evidence_menu.js";
import { turnMap } from "./incident_picture.js";

/** @typedef {import("../form.js").Field} Field */
const note = () => /** @type {Field} */ ({ name: "note", label: t("field.note"), type: "long" });

/** @template {import("../client.js").OperationName extends infer N ? N extends `acts.${infer A}` ? A : never : never} A
 * @param {any} incident @param {A} operation @param {string} title @param {Field[]} fields @param {Partial<import("../form.js").Form>} [more] */
const open = (incident, operation, title, fields, more = {}) => {
  form.value = { title, operation: /** @type {any} */ (`acts.${operation}`), fields, input: (typed) => filled({ incident: incident.id, ...typed }), ...more };
};

/** A report of the fault: for the row that has the focus by one more key, else by a form. @param {any} incident */
const addEvidence = (incident) => {
  const thing = focused();
  if (thing) {
    choosing.value = { incident, thing, kinds: kindsOf(thing.kind) };
    return;
  }
  open(
    incident,
    "AddEvidence",
    t("act.evidence"),
    [
      { name: "things", label: t("field.thing"), type: "things", need: true },
      { name: "kind", label: t("field.kind"), type: "choice", need: true, choices: labels("EvidenceKind"), value: "CALL" },
      { name: "negative", label: t("field.negative"), type: "yes" },
      { name: "source", label: t("field.source") },
    ],
    { input: ({ negative, things, ...typed }) => filled({ incident: incident.id, things: ids(things), positive: !negative, ...typed }) },
  );
};

/** @param {any} incident */
const confirmFault = (incident) => {
  const thing = focused();
  open(
    incident,
    "ConfirmFault",
    t("act.fault"),
    [{ name: "things", label: t("field.fault"), type: "things", value: thing && thing.kind !== "CUSTOMER" ? [thing] : [], suggest: incident.stateAt.equipment }, note()],
    { input: ({ things, ...typed }) => filled({ incident: incident.id, things: ids(things), ...typed }) },
  );
};

/** @param {any} incident */
const sendOrder = (incident) =>
  open(
    incident,
    "SendWorkOrder",
    t("act.order"),
    [
      { name: "task", label: t("field.task"), need: true, value: incident.stateAt.fault.length ? t("task.repair") : t("task.patrol") },
      { name: "team", label: t("field.team"), type: "thing", kinds: ["TEAM"] },
      { name: "person", label: t("field.person"), type: "thing", kinds: ["PERSON"] },
      { name: "vehicle", label: t("field.vehicle"), type: "thing", kinds: ["VEHICLE"] },
      { name: "things", label: t("field.things"), type: "things", value: focused() ? [focused()] : incident.stateAt.equipment },
      { name: "evenIfUnfit", label: t("field.evenIfUnfit"), type: "yes", value: false, when: "vehicle" },
      note(),
    ],
    {
      input: ({ team, person, vehicle, things, ...typed }) =>
        filled({ incident: incident.id, team: ids(team)[0] ?? "", person: ids(person)[0] ?? "", vehicle: ids(vehicle)[0] ?? "", things: ids(things), ...typed }),
    },
  );

/** @param {{id: string}} incident */
export const handOver = (incident) =>
  open(incident, "HandOver", t("act.handOver"), [{ name: "to", label: t("field.to"), type: "thing", kinds: ["PERSON"], need: true }, note()], {
    input: ({ to, ...typed }) => filled({ incident: incident.id, to: ids(to)[0], ...typed }),
  });

/** Whoever leads it now signs that it was taken over. @param {any} incident */
export const sign = (incident) => void actNow("acts.SignHandOver", { incident: incident.id, person: incident.stateAt.commander.id });

/** What is missing is shown before it is closed; with something missing a reason is needed. @param {any} incident */
const close = (incident) => {
  const left = incident.stateAt.left;
  const say = left.length ? `${t("incident.left")}: ${left.map((/** @type {any} */ each) => each.text).join(" ")}` : t("incident.nothingLeft");
  open(incident, "CloseIncident", t("act.close"), left.length ? [{ name: "reason", label: t("field.reason"), type: "long", need: true }] : [], { say });
};

/** The other one's reports, orders and calls come into this one. @param {any} incident */
const join = (incident) =>
  open(
    incident,
    "JoinIncident",
    t("act.join"),
    [
      { name: "other", label: t("field.other"), type: "thing", kinds: ["INCIDENT"], need: true },
      { name: "sameFault", label: t("field.sameFault"), type: "yes", value: false },
      note(),
    ],
    { input: ({ other, ...typed }) => filled({ incident: incident.id, other: ids(other)[0], ...typed }) },
  );

/** A part of it goes on as another incident. @param {any} incident */
const split = (incident) => {
  const { equipment, tripped, workOrders } = incident.stateAt;
  open(
    incident,
    "SplitIncident",
    t("act.split"),
    [
      { name: "title", label: t("field.title"), need: true },
      { name: "equipment", label: t("field.equipment"), type: "things", suggest: equipment },
      { name: "tripped", label: t("field.tripped"), type: "things", suggest: tripped },
      { name: "order", label: t("field.order"), type: "choice", choices: workOrders.map((/** @type {any} */ each) => [String(each.number), `${each.number} ${each.task}`]) },
      note(),
    ],
    {
      input: ({ equipment: parts, tripped: devices, order, ...typed }) =>
        filled({ incident: incident.id, equipment: ids(parts), tripped: ids(devices), workOrders: order ? [Number(order)] : [], ...typed }),
      done: (payload) => go("incident", payload.incident.id),
    },
  );
};

/** @param {any} incident */
const amend = (incident) =>
  open(incident, "AmendIncident", t("act.amend"), [
    { name: "title", label: t("field.title"), value: incident.stateAt.title },
    { name: "level", label: t("field.level"), type: "choice", choices: levels(), value: incident.stateAt.level ?? "" },
    note(),
  ]);

/** Everything that may be done now. @param {any} incident @returns {import("../keys.js").Binding[]} */
export const actsOf = (incident) => {
  const state = incident.stateAt;
  const add = { key: "m", say: t("act.note"), run: () => open(incident, "AddNote", t("act.note"), [{ name: "note", label: t("field.note"), type: "long", need: true }]) };
  if (!state.isOpen)
    return [add, { key: "w", say: t("act.reopen"), run: () => open(incident, "ReopenIncident", t("act.reopen"), [{ name: "note", label: t("field.reason"), type: "long", need: true }]) }];
  return [
    ...(state.unacknowledgedSince ? [{ key: "a", say: t("act.acknowledge"), run: () => actNow("acts.AcknowledgeIncident", { incident: incident.id }) }] : []),
    ...(state.unsigned && state.commander ? [{ key: "s", say: t("act.sign"), run: () => sign(incident) }] : []),
    { key: "e", say: t("act.evidence"), run: () => addEvidence(incident) },
    { key: "f", say: t("act.fault"), run: () => confirmFault(incident) },
    { key: "o", say: t("act.order"), run: () => sendOrder(incident) },
    ...(state.fault.length && !state.repairedAt ? [{ key: "r", say: t("act.repaired"), run: () => open(incident, "RecordRepair", t("act.repaired"), [note()]) }] : []),
    { key: "h", say: t("act.handOver"), run: () => handOver(incident) },
    add,
    { key: "i", say: t("act.amend"), run: () => amend(incident) },
    { key: "J", say: t("act.join"), run: () => join(incident) },
    { key: "S", say: t("act.split"), run: () => split(incident) },
    { key: "P", say: t("customer.print"), run: () => print() },
    { key: "M", say: t("picture.map"), run: turnMap },
    { key: "H", say: t("handover.title"), run: () => go("handover", incident.id) },
    { key: "q", say: t("sheet.title"), run: () => go("sheet", incident.id) },
    { key: "w", say: t("act.close"), run: () => close(incident) },
  ];
};
