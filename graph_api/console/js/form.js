// One form for all acts: what was typed stays until it is recorded, whatever goes wrong meanwhile.
import { act, newRequestId, Trouble } from "./client.js";
import { round, takesNothing } from "./live.js";
import { html, signal, useLayoutEffect, useRef, useState } from "./preact.js";
import { ThingPicker } from "./picker.js";
import { t } from "./words.js";

/** @typedef {{name: string, label: string, type?: "text" | "long" | "choice" | "things" | "thing" | "yes", need?: boolean,
 *   choices?: [string, string][], value?: any, kinds?: string[], suggest?: {id: string, name: string}[], when?: string}} Field */
/** `when`: asked only after a refusal with this code, or of this part of the input. */
/** `input` makes the input of the mutation of what was typed. `say`: what is read back before it is recorded.
 * `once`: the act takes no name that makes a retry safe.
 * @typedef {{title: string, operation: import("./client.js").OperationName, fields: Field[], input: (typed: any) => Record<string, unknown>,
 *   more?: Record<string, unknown>, once?: boolean, say?: any, strong?: string, done?: (payload: any) => void}} Form */

/** The form that is open. @type {{value: Form | null}} */
export const form = signal(null);
/** What was recorded last, said for a while. */
export const said = signal("");

/** @param {string} text */
export const tell = (text) => {
  said.value = text;
  setTimeout(() => said.value === text && (said.value = ""), 6000);
};

/** Act without a form; what went wrong is said. @param {import("./client.js").OperationName} operation @param {Record<string, unknown>} input @param {Record<string, unknown>} [more] */
export const actNow = async (operation, input, more) => {
  try {
    await act(operation, { ...input, requestId: newRequestId() }, more);
    round.value += 1;
    tell(t("act.done"));
  } catch (error) {
    tell(error instanceof Trouble ? error.message : String(error));
  }
};

/** @param {{field: Field, value: any, set: (value: any) => void, first: boolean}} props */
const Input = ({ field, value, set, first }) => {
  const common = { id: `field-${field.name}`, required: field.need, "data-first": first ? "" : undefined };
  const onInput = (/** @type {any} */ event) => set(event.currentTarget.value);
  if (field.type === "long") return html`<textarea ...${common} rows="3" value=${value} onInput=${onInput} />`;
  if (field.type === "yes")
    return html`<input ...${common} type="checkbox" checked=${value} onChange=${(/** @type {any} */ event) => set(event.currentTarget.checked)} />`;
  if (field.type === "choice")
    return html`<select ...${common} value=${value} onChange=${onInput}>
      ${field.need ? null : html`<option value="">${t("form.none")}</option>`}
      ${(field.choices ?? []).map(([code, text]) => html`<option value=${code} selected=${code === value}>${text}</option>`)}
    </select>`;
  if (field.type === "things" || field.type === "thing")
    return html`<${ThingPicker} ...${common} one=${field.type === "thing"} kinds=${field.kinds} suggest=${field.suggest} value=${value ?? []} set=${set} />`;
  return html`<input ...${common} type="text" value=${value} onInput=${onInput} autocomplete="off" />`;
};

/** @param {Form} of */
const firstValues = (of) => Object.fromEntries(of.fields.map((each) => [each.name, each.value ?? ""]));

/** @param {{of: Form}} props */
const Body = ({ of }) => {
  const [typed, type] = useState(/** @type {Record<string, any>} */ (firstValues(of)));
  const [trouble, meet] = useState(/** @type {Trouble | null} */ (null));
  const [busy, occupy] = useState(false);
  const [met, add] = useState(/** @type {string[]} */ ([]));
  const asked = of.fields.filter((field) => !field.when || met.includes(field.when));
  const requestId = useRef(newRequestId());
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    occupy(true);
    try {
      const payload = await act(of.operation, { ...of.input(typed), ...(of.once ? {} : { requestId: requestId.current }) }, of.more);
      form.value = null;
      round.value += 1;
      tell(t("act.done"));
      of.done?.(payload);
    } catch (error) {
      const known = error instanceof Trouble ? error : new Trouble("INTERNAL", String(error));
      meet(known);
      add((old) => [...old, known.code, ...known.parts]);
      if (!(error instanceof Trouble && error.retryable)) requestId.current = newRequestId();
    }
    occupy(false);
  };
  const press = (/** @type {any} */ event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };
  return html`<form method="dialog" onSubmit=${submit} onKeyDown=${press}>
    <h2>${of.title}</h2>
    ${takesNothing.value && html`<p class="banner late" role="alert"><i aria-hidden="true">▲</i> ${t(takesNothing.value)}</p>`}
    ${of.say && html`<p class="readback">${of.say}</p>`}
    ${asked.map(
      (field, at) => html`<div class="field" key=${field.name}>
        <label for=${`field-${field.name}`}>${field.label}${field.need ? html`<span class="need"> *</span>` : null}</label>
        <${Input} field=${field} first=${!at} value=${typed[field.name]} set=${(/** @type {any} */ value) => type((old) => ({ ...old, [field.name]: value }))} />
      </div>`,
    )}
    ${trouble && html`<p class="trouble" role="alert"><b>${trouble.code}</b> ${trouble.message}</p>`}
    <div class="buttons">
      <button type="submit" class="strong" disabled=${busy}>${of.strong ?? t("form.record")} <kbd aria-hidden="true">${of.fields.some((each) => each.type === "long") ? "Ctrl-Enter" : "Enter"}</kbd></button>
      <button type="button" onClick=${() => (form.value = null)}>${t("form.cancel")} <kbd aria-hidden="true">Esc</kbd></button>
    </div>
  </form>`;
};

/** The dialog that holds it. */
export const FormDialog = () => {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const of = form.value;
  useLayoutEffect(() => {
    if (!of) return dialog.current?.close();
    if (!dialog.current?.open) dialog.current?.showModal();
    const first = dialog.current?.querySelector("[data-first]") ?? dialog.current?.querySelector("[type=submit]");
    /** @type {HTMLElement} */ (first)?.focus();
  }, [of]);
  return html`<dialog ref=${dialog} class="form" aria-label=${of?.title} onClose=${() => form.value === of && (form.value = null)}>
    ${of && html`<${Body} key=${of} of=${of} />`}
  </dialog>`;
};
