/** The triage desk by keyboard: digits choose a category, Enter dispatches, single letters follow the links that bear
 * them. Nothing happens while somebody types, and all of it can be switched off. */
const OFF = "desk-keys-off";
const ARROWS: Readonly<Record<string, string>> = { ArrowRight: "j", ArrowLeft: "k" };

export function triageDesk(root: ParentNode): void {
  const desk = root.querySelector<HTMLElement>("[data-desk]");
  if (!desk) return;
  const chosen = desk.querySelector<HTMLInputElement>("[data-desk-keys]");
  if (chosen) {
    chosen.checked = localStorage.getItem(OFF) === null;
    chosen.addEventListener("change", () => (chosen.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }
  const current = desk.querySelector<HTMLElement>(".desk-list [aria-current]");
  const list = current?.closest<HTMLElement>(".desk-list");
  if (current && list) list.scrollLeft = current.offsetLeft - list.offsetLeft;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey || event.repeat) return;
    if (chosen?.checked !== false && press(desk, event)) event.preventDefault();
  });
}

/** What a key does on the desk; whether it did anything. */
function press(desk: HTMLElement, event: KeyboardEvent): boolean {
  const at = event.target instanceof Element ? event.target : document.body;
  const typing = at.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  const form = desk.querySelector<HTMLFormElement>("form#dispatch");
  if (event.key === "Enter" && event.ctrlKey) return send(form);
  if (event.ctrlKey) return false;
  if (typing) {
    if (event.key === "Escape" && at instanceof HTMLElement) at.blur();
    return false;
  }
  if (event.key === "Enter") return !at.matches("a, button, summary, input") && send(form);
  if (event.key === "?") return help(desk);
  if (/^[1-9]$/.test(event.key)) return choose(desk, event.key);
  if (at.matches("input[type=radio]") && event.key in ARROWS) return false;
  const key = ARROWS[event.key] ?? event.key;
  const link = /^[a-z]$/.test(key) ? desk.querySelector<HTMLAnchorElement>(`a[data-key="${key}"]`) : null;
  link?.click();
  return link !== null || (key === "m" && nothingToMerge(desk));
}

/** Say that no likely duplicate stands there. */
function nothingToMerge(desk: HTMLElement): boolean {
  const line = desk.querySelector<HTMLElement>("[data-desk-status]");
  if (line) line.textContent = line.dataset["none"] ?? "";
  return line !== null;
}

function send(form: HTMLFormElement | null): boolean {
  form?.requestSubmit();
  return form !== null;
}

function choose(desk: HTMLElement, digit: string): boolean {
  const box = desk.querySelector<HTMLInputElement>(`[data-digit="${digit}"]`);
  if (!box) return false;
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function help(desk: HTMLElement): boolean {
  const list = desk.querySelector<HTMLDetailsElement>("[data-desk-help]");
  if (!list) return false;
  list.open = !list.open;
  if (list.open) list.querySelector("summary")?.focus();
  return true;
}
