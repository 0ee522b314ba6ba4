/** Filters send themselves when a choice changes; text waits for the enter key. Empty fields stay out of the address. */
export function filterForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosubmit]")) {
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement) form.requestSubmit();
    });
    form.addEventListener("formdata", (event) => {
      const kept = [...event.formData.entries()].filter(([, value]) => value !== "");
      for (const name of new Set(event.formData.keys())) event.formData.delete(name);
      for (const [name, value] of kept) event.formData.append(name, value);
    });
  }
}
