/** 待上传: every record that lies on this phone, in words, with what one can do about it. */
import { isSent, isWaiting, type Entry } from "./entry.ts";
import { exportFile } from "./export.ts";
import type { Keeping } from "./keeping.ts";
import { editLink, standing } from "./overlay.ts";
import { room } from "./room.ts";
import { say, size, when } from "./words.ts";

const find = <T extends HTMLElement>(root: ParentNode, part: string): T | null => root.querySelector<T>(`[data-${part}]`);

function rowOf(kept: Keeping, pattern: HTMLTemplateElement, entry: Entry): HTMLElement | null {
  const row = pattern.content.firstElementChild?.cloneNode(true);
  if (!(row instanceof HTMLElement)) return null;
  const write = (part: string, text: string): void => {
    const place = find(row, part);
    if (place) place.textContent = text;
    if (place) place.hidden = text === "";
  };
  write("entry-title", entry.title);
  write("entry-found", [entry.kind === "revisit" ? say("revisit") : "", entry.found].filter((one) => one).join(" · "));
  write("entry-saved", say("saved-at", { at: when(entry.savedAt) }));
  write("entry-photos", entry.photos.length > 0 ? say("photos", { n: entry.photos.length }) : "");
  const problems = Object.values(entry.errors).join(" ");
  write("entry-said", [entry.message, problems].filter((one) => one).join(" "));
  write("entry-tried", isWaiting(entry) && entry.triedAt !== null ? say("tried-at", { at: when(entry.triedAt) }) : "");
  find(row, "entry-state")?.append(standing(entry));
  const doing = find(row, "entry-do");
  if (!doing) return row;
  doing.hidden = isSent(entry);
  const edit = editLink(entry);
  edit.className = "button button-quiet";
  doing.prepend(edit);
  const again = find<HTMLButtonElement>(doing, "entry-again");
  again?.addEventListener("click", () => void kept.outbox.hurry(entry.uuid).then(() => kept.send()));
  throwAway(kept, doing, entry);
  return row;
}

/** Throwing away asks for a typed word. */
function throwAway(kept: Keeping, doing: HTMLElement, entry: Entry): void {
  const form = find<HTMLFormElement>(doing, "entry-discard");
  const field = form?.querySelector("input");
  if (!form || !field) return;
  field.id = `discard-${entry.uuid}`;
  form.querySelector("label")?.setAttribute("for", field.id);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const right = field.value.trim() === say("discard-word");
    field.setAttribute("aria-invalid", String(!right));
    const wrong = find(form, "entry-discard-wrong");
    if (wrong) wrong.hidden = right;
    if (right) void kept.outbox.discard(entry.uuid).then(() => kept.tell({ kind: "saved" }));
    else field.focus();
  });
}

async function show(kept: Keeping, page: HTMLElement): Promise<void> {
  const entries = await kept.outbox.entries();
  const pattern = find<HTMLElement>(page, "entry-pattern");
  const list = find(page, "entries");
  if (!(pattern instanceof HTMLTemplateElement) || !list) return;
  // What somebody is typing into stays.
  if (list.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement) return;
  const waiting = entries.filter(isWaiting);
  const rows = [...waiting, ...entries.filter(isSent)].map((entry) => rowOf(kept, pattern, entry));
  list.replaceChildren(...rows.filter((row) => row !== null));
  const nothing = find(page, "entries-none");
  const some = find(page, "entries-some");
  if (nothing) nothing.hidden = entries.length > 0;
  if (some) some.hidden = waiting.length === 0;
  const reach = await kept.reach();
  const line = find(page, "reach");
  if (line) line.textContent = reach ? say(`reach-${reach.kind}`, { at: when(reach.at) }) : "";
  await showRoom(page);
}

async function showRoom(page: HTMLElement): Promise<void> {
  const told = await room();
  const part = find(page, "room");
  const bar = part?.querySelector("progress");
  const text = part ? find(part, "room-text") : null;
  if (!part || !bar || !text) return;
  part.hidden = told === null;
  if (!told) return;
  bar.max = told.whole;
  bar.value = told.used;
  text.textContent = say("room", { used: size(told.used), left: size(told.whole - told.used) });
}

export function outboxPage(kept: Keeping, page: HTMLElement): void {
  find(page, "send-now")?.addEventListener("click", () => {
    void kept.outbox.hurry().then(() => kept.send());
  });
  find(page, "export")?.addEventListener("click", () => void exportFile(kept));
  kept.onNews(() => void show(kept, page));
  void show(kept, page);
}
