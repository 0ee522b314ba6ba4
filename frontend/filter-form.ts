/** Filters send themselves when a choice changes; text waits for the enter key, and what is marked
 * `data-waits` for its button. Empty fields stay out of the address. */
export function filterForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosubmit]")) {
    form.addEventListener("change", (event) => {
      const field = event.target;
      const waits = field instanceof HTMLElement && "waits" in field.dataset;
      if (!waits && (field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) form.requestSubmit();
    });
    form.addEventListener("formdata", (event) => {
      const kept = [...event.formData.entries()].filter(([, value]) => value !== "");
      for (const name of new Set(event.formData.keys())) event.formData.delete(name);
      for (const [name, value] of kept) event.formData.append(name, value);
    });
  }
}
