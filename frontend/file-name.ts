/** The styled file field says which files were chosen. */
export function fileNames(root: ParentNode): void {
  for (const label of root.querySelectorAll<HTMLElement>("[data-file]")) {
    const input = label.querySelector<HTMLInputElement>("input[type=file]");
    const face = label.querySelector<HTMLElement>("[data-file-name]");
    if (!input || !face) continue;
    const empty = face.textContent ?? "";
    const show = (): void => {
      const names = [...(input.files ?? [])].map((file) => file.name);
      face.textContent = names.length > 0 ? names.join("、") : empty;
    };
    input.addEventListener("change", show);
    show();
  }
}
