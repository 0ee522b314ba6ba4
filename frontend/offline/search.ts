/** Finding a household on a list that the phone keeps, as the server finds it: name, 拼音, initials, street and door; a
 * number alone is a door number. */
import { tidy } from "../visits/proposal.ts";
import { say } from "./words.ts";

/** What a card says of its household, one part a line: door number, door, name, 拼音, initials, street and door, code. */
const PARTS = "\n";

export function finds(parts: readonly string[], words: string): boolean {
  const wanted = tidy(words);
  const [number = "", door = "", ...names] = parts;
  if (/^\d{1,6}$/.test(wanted)) return number === wanted || tidy(door).startsWith(wanted);
  return names.some((part) => tidy(part).includes(wanted));
}

/** On a kept page, show of all households those that the address asks for. */
export function searchKept(root: ParentNode): void {
  const words = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  if (!("packed" in document.documentElement.dataset) || words === "") return;
  const field = root.querySelector<HTMLInputElement>('input[type=search][name="q"]');
  if (!field) return;
  field.value = words;
  let found = 0;
  for (const part of root.querySelectorAll<HTMLElement>(".round-part")) {
    let here = 0;
    for (const card of part.querySelectorAll<HTMLElement>("[data-find]")) {
      const shown = finds((card.dataset["find"] ?? "").split(PARTS), words);
      (card.closest("li") ?? card).hidden = !shown;
      here += shown ? 1 : 0;
    }
    part.hidden = here === 0;
    const count = part.querySelector(".street span");
    if (count) count.textContent = (count.textContent ?? "").replace(/\d+/, String(here));
    found += here;
  }
  root.querySelector("[data-onward]")?.toggleAttribute("hidden", true);
  for (const chip of root.querySelectorAll(".chips [aria-current]")) chip.removeAttribute("aria-current");
  const none = document.querySelector<HTMLElement>("[data-found-none]");
  if (none) none.hidden = found > 0;
  const title = none?.querySelector(".empty-title");
  if (title) title.textContent = say("found-none", { words });
}
