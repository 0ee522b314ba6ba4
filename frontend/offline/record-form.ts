/** A form whose record is kept on the phone before anything is sent: drafts while one writes, the outbox when one saves.
 * What differs between kinds of records is told by a `Shape`. */
import { placeOf, type Draft } from "./drafts.ts";
import { isWaiting, type Entry, type Fields, type Kind, type Photo, type Target } from "./entry.ts";
import { clearErrors, showErrors } from "./form-errors.ts";
import type { Keeping } from "./keeping.ts";
import { goTo, sayHere, within } from "./leave.ts";
import { isFull } from "./outbox.ts";
import { say } from "./words.ts";
import { wakeWorker } from "./worker.ts";

export interface Shape {
  readonly kind: Kind;
  readonly read: () => Fields;
  readonly fill: (content: Fields) => void;
  readonly target: () => Target;
  /** What was found, in words. */
  readonly found: () => string;
  readonly title: () => string;
  readonly problems: () => Readonly<Record<string, string>>;
  readonly at: (path: string) => HTMLElement | null;
  /** The page that tells of the record once it is on the server. */
  readonly page: (uuid: string) => string;
  /** Where to go on when it is not there yet. */
  readonly next: string;
}

const QUIET = 300;
/** As long as the worker waits for a page: then the phone goes on without the network. */
const PATIENCE = 2_500;

export interface Opened {
  readonly draft: Draft;
  readonly place: string;
}

/** Bind a form to the phone's store. Gives its draft, or null when the store cannot be used: then the form is sent as any
 * other. `uuidField` holds the UUID that the server proposed; the draft's takes its place. */
export async function keepRecord(form: HTMLFormElement, kept: Keeping, shape: Shape): Promise<Opened | null> {
  const asked = new URLSearchParams(location.search).get("entry");
  const entry = asked ? await kept.outbox.get(asked) : null;
  const known = entry && isWaiting(entry) ? entry : null;
  const path = location.pathname;
  const place = placeOf(path, known?.uuid ?? null);
  const field = form.querySelector<HTMLInputElement>('input[name="uuid"]');
  const based = Number(form.querySelector<HTMLInputElement>('input[name="based_on"]')?.value ?? "") || 0;
  const proposed = known?.uuid ?? field?.value ?? "";
  const draft = await kept.drafts.open(place, proposed, known?.base ?? based, known);
  if (field) field.value = draft.uuid;
  if (draft.content) shape.fill(draft.content);
  if (known) reopened(form, known, shape);
  else if (draft.content) recovered(form, kept, place);
  watch(form, kept, place, draft, shape);
  form.dataset["keeps"] = "";
  submit(form, kept, { draft, place }, path, shape);
  return { draft, place };
}

function reopened(form: HTMLFormElement, entry: Entry, shape: Shape): void {
  if (entry.refused && Object.keys(entry.errors).length > 0) showErrors(form, entry.errors, shape.at);
  else if (entry.refused) showErrors(form, { "": entry.message || say("refused") }, () => null);
}

/** The form holds what was not saved last time; one tap begins anew. */
function recovered(form: HTMLFormElement, kept: Keeping, place: string): void {
  const note = document.querySelector<HTMLTemplateElement>("#recovered")?.content.firstElementChild?.cloneNode(true);
  if (!(note instanceof HTMLElement)) return;
  note.querySelector("button")?.addEventListener("click", () => {
    void kept.drafts.close(place).then(() => location.reload());
  });
  form.before(note);
}

/** Each input is on the phone within a second, and at once when the page goes out of sight. One writing follows the other,
 * so that an older wording never comes to lie over a newer one; `data-kept` tells of the latest. */
function watch(form: HTMLFormElement, kept: Keeping, place: string, draft: Draft, shape: Shape): void {
  let pending: ReturnType<typeof setTimeout> | undefined;
  let written: Promise<string> = Promise.resolve("");
  const write = (): void => {
    clearTimeout(pending);
    pending = undefined;
    const content = shape.read();
    const latest = written.then(() => kept.drafts.write(place, draft.uuid, content)).then(
      () => "yes",
      (error: unknown) => (isFull(error) ? "full" : "no"),
    );
    written = latest;
    void latest.then((how) => {
      if (pending === undefined && written === latest) form.setAttribute("data-kept", how);
    });
  };
  const soon = (): void => {
    form.removeAttribute("data-kept");
    pending ??= setTimeout(write, QUIET);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", (event) => event.isTrusted && soon());
  form.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-said-remove], [data-position-take]")) soon();
  });
  const now = (): void => {
    if (pending !== undefined) write();
  };
  document.addEventListener("visibilitychange", now);
  window.addEventListener("pagehide", now);
}

function submit(form: HTMLFormElement, kept: Keeping, opened: Opened, path: string, shape: Shape): void {
  let busy = false;
  form.addEventListener(
    "submit",
    (event) => {
      const pressed = (event as SubmitEvent).submitter;
      if (pressed instanceof HTMLButtonElement && pressed.name !== "") return;
      event.preventDefault();
      event.stopPropagation();
      if (busy) return;
      const problems = shape.problems();
      if (Object.keys(problems).length > 0) {
        showErrors(form, problems, shape.at);
        return;
      }
      busy = true;
      clearErrors(form);
      form.setAttribute("aria-busy", "true");
      void save(form, kept, opened, path, shape)
        .catch((error: unknown) => {
          showErrors(form, { "": say(isFull(error) ? "full" : "not-kept") }, () => null);
        })
        .finally(() => {
          busy = false;
          form.removeAttribute("aria-busy");
        });
    },
    { capture: true },
  );
}

async function save(form: HTMLFormElement, kept: Keeping, opened: Opened, path: string, shape: Shape): Promise<void> {
  const { draft, place } = opened;
  const photos: readonly Photo[] = (await kept.drafts.get(place))?.photos ?? draft.photos;
  await kept.outbox.save({
    uuid: draft.uuid,
    kind: shape.kind,
    title: shape.title(),
    found: shape.found(),
    form: path,
    target: shape.target(),
    content: shape.read(),
    photos,
    base: draft.base,
  });
  await kept.drafts.close(place);
  kept.tell({ kind: "saved" });
  sayHere(document, "told-kept");
  void wakeWorker();
  await within(PATIENCE, kept.send());
  const entry = await kept.outbox.get(draft.uuid);
  if (isThere(entry)) goTo(shape.page(draft.uuid), entry?.clash ? "told-clash" : "told-sent");
  else if (navigator.serviceWorker?.controller) goTo(shape.next, "told-kept");
  else stay(form, kept, draft.uuid, shape);
}

const isThere = (entry: Entry | null): boolean =>
  entry === null || !isWaiting(entry) || (entry.base > 0 && !entry.fresh && !entry.refused);

/** Without a worker no other page opens while there is no network: this one stays, says that the record is kept, and goes
 * on once it has been sent. */
function stay(form: HTMLFormElement, kept: Keeping, uuid: string, shape: Shape): void {
  form.hidden = true;
  sayHere(document, "told-stay");
  kept.onNews(() => {
    void kept.outbox.get(uuid).then((entry) => isThere(entry) && goTo(shape.page(uuid), "told-sent"));
  });
}
