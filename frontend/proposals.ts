/** Choosing a category proposes who should get the issue and within how many days, and says why. What was chosen by
 * hand since stays. A part of a form may stand for one issue of several: its names end in `data-suffix`. */
type Proposal = { readonly why: string } & Readonly<Record<string, number | readonly number[] | string | null>>;

export function proposals(root: ParentNode): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-proposals]")) watch(part);
}

function watch(part: HTMLElement): void {
  const wanted = JSON.parse(part.dataset["proposals"] ?? "{}") as Record<string, Proposal>;
  const why = part.querySelector<HTMLElement>("[data-proposal-why]");
  const names = [...new Set(Object.values(wanted).flatMap((one) => Object.keys(one)))].filter((name) => name !== "why");
  const proposed = new Map(names.map((name) => [name, read(part, name)]));
  part.addEventListener("change", (event) => {
    const source = event.target;
    if (!(source instanceof HTMLSelectElement || source instanceof HTMLInputElement)) return;
    const proposal = source.name === `category_id${part.dataset["suffix"] ?? ""}` ? wanted[source.value] : undefined;
    if (!proposal) return;
    for (const name of names) {
      if (read(part, name) !== proposed.get(name)) continue;
      write(part, name, proposal[name] ?? null);
      proposed.set(name, read(part, name));
    }
    if (why) why.textContent = proposal.why;
  });
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
