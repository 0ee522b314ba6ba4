/** Choosing one thing proposes another (a category its unit), until the other was chosen by hand. */
export function proposals(root: ParentNode): void {
  for (const source of root.querySelectorAll<HTMLSelectElement>("select[data-proposals]")) {
    const target = source.form?.elements.namedItem(source.dataset["proposes"] ?? "");
    if (!(target instanceof HTMLSelectElement)) continue;
    const wanted = JSON.parse(source.dataset["proposals"] ?? "{}") as Record<string, number>;
    let proposed = target.value;
    source.addEventListener("change", () => {
      const value = String(wanted[source.value] ?? "");
      if (target.value !== proposed || value === "") return;
      target.value = value;
      proposed = target.value;
    });
  }
}
