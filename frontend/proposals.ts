/** Choosing a category proposes who should get the issue and within how many days, and says why. What was chosen by
 * hand since stays. */
type Proposal = { readonly why: string } & Readonly<Record<string, number | readonly number[] | string | null>>;

export function proposals(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-proposals]")) watch(form);
}

function watch(form: HTMLFormElement): void {
  const wanted = JSON.parse(form.dataset["proposals"] ?? "{}") as Record<string, Proposal>;
  const why = form.querySelector<HTMLElement>("[data-proposal-why]");
  const names = [...new Set(Object.values(wanted).flatMap((one) => Object.keys(one)))].filter((name) => name !== "why");
  const proposed = new Map(names.map((name) => [name, read(form, name)]));
  form.addEventListener("change", (event) => {
    const source = event.target;
    if (!(source instanceof HTMLSelectElement || source instanceof HTMLInputElement)) return;
    const proposal = source.name === "category_id" ? wanted[source.value] : undefined;
    if (!proposal) return;
    for (const name of names) {
      if (read(form, name) !== proposed.get(name)) continue;
      write(form, name, proposal[name] ?? null);
      proposed.set(name, read(form, name));
    }
    if (why) why.textContent = proposal.why;
  });
}

function inputs(form: HTMLFormElement, name: string): (HTMLInputElement | HTMLSelectElement)[] {
  return [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`)];
}

/** What stands in a field, or which of its boxes are ticked. */
function read(form: HTMLFormElement, name: string): string {
  const values = inputs(form, name).flatMap((one) => (one.type === "checkbox" && !(one as HTMLInputElement).checked ? [] : [one.value]));
  return values.join(" ");
}

function write(form: HTMLFormElement, name: string, value: number | readonly number[] | string | null): void {
  const values = (Array.isArray(value) ? value : [value ?? ""]).map(String);
  for (const one of inputs(form, name)) {
    if (one.type === "checkbox") (one as HTMLInputElement).checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
}
