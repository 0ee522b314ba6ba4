/** Choosing a category proposes who should get the issue and within how many days, and says why. What was chosen by
 * hand since stays. A part of a form may stand for one issue of several: its names end in `data-suffix`. */
const LEAD = "lead_unit_id";
const HELPING = "co_unit_ids";
type Proposal = { readonly why: string } & Readonly<Record<string, number | readonly number[] | string | null>>;

export function proposals(root: ParentNode): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-proposals]")) watch(part);
}

function watch(part: HTMLElement): void {
  const wanted = JSON.parse(part.dataset["proposals"] ?? "{}") as Record<string, Proposal>;
  const category = inputs(part, "category_id").find((one) => one.type !== "radio" || (one as HTMLInputElement).checked);
  let present = wanted[category?.value ?? ""];
  const why = part.querySelector<HTMLElement>("[data-proposal-why]");
  const names = [...new Set(Object.values(wanted).flatMap((one) => Object.keys(one)))].filter((name) => name !== "why");
  const proposed = new Map(names.map((name) => [name, read(part, name)]));
  part.addEventListener("change", (event) => {
    const source = event.target;
    if (!(source instanceof HTMLSelectElement || source instanceof HTMLInputElement)) return;
    const chosen = source.name === `category_id${part.dataset["suffix"] ?? ""}` ? wanted[source.value] : undefined;
    if (chosen) {
      present = chosen;
      for (const name of names) {
        if (read(part, name) !== proposed.get(name)) continue;
        write(part, name, chosen[name] ?? null);
        proposed.set(name, read(part, name));
      }
    }
    arrange(part, present);
    if (why && (chosen || source.name.startsWith(LEAD))) why.textContent = reason(part, present);
  });
  arrange(part, present);
}

/** Why the unit that stands there is proposed; nothing for another one. */
function reason(part: HTMLElement, present: Proposal | undefined): string {
  return present && read(part, LEAD) === String(present[LEAD] ?? "") ? present.why : "";
}

/** Of the co-units those stand open that the category proposes or that are ticked, and never the unit that leads. */
function arrange(part: HTMLElement, present: Proposal | undefined): void {
  const near = part.querySelector("[data-proposal-near]");
  const rest = part.querySelector("[data-proposal-rest]");
  const proposed = ((present?.[HELPING] ?? []) as readonly number[]).map(String);
  const lead = read(part, LEAD);
  for (const box of inputs(part, HELPING)) {
    const label = box.closest<HTMLElement>("label");
    if (!label || !(box instanceof HTMLInputElement)) continue;
    if (box.value === lead) box.checked = false;
    const open = box.checked || proposed.includes(box.value);
    label.hidden = box.value === lead || (!rest && !open);
    if (near && rest && label.parentElement !== (open ? near : rest)) (open ? near : rest).append(label);
  }
}

function inputs(part: HTMLElement, name: string): (HTMLInputElement | HTMLSelectElement)[] {
  return [...part.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${name}${part.dataset["suffix"] ?? ""}"]`)];
}

/** What stands in a field, or which of its boxes are ticked. */
function read(part: HTMLElement, name: string): string {
  const values = inputs(part, name).flatMap((one) => (one.type === "checkbox" && !(one as HTMLInputElement).checked ? [] : [one.value]));
  return values.join(" ");
}

function write(part: HTMLElement, name: string, value: number | readonly number[] | string | null): void {
  const values = (Array.isArray(value) ? value : [value ?? ""]).map(String);
  for (const one of inputs(part, name)) {
    if (one.type === "checkbox") (one as HTMLInputElement).checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
}
