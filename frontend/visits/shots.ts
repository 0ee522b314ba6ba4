/** Photos from camera and album gather in one field, are shown small, and can be taken out again before saving. */
const MOST_BYTES = 24 * 1024 * 1024;
const MOST = 20;

export function shots(form: HTMLFormElement): void {
  const inputs = [...form.querySelectorAll<HTMLInputElement>("[data-shots-add]")];
  const keeper = form.querySelector<HTMLInputElement>("[data-shots-kept]");
  const list = form.querySelector<HTMLElement>("[data-shots]");
  const error = form.querySelector<HTMLElement>("[data-shots-error]");
  if (!keeper || !list || typeof DataTransfer === "undefined") return;
  let files: File[] = [];

  const show = (): void => {
    const kept = new DataTransfer();
    for (const file of files) kept.items.add(file);
    keeper.files = kept.files;
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...files.map(preview));
    list.hidden = files.length === 0;
  };
  const preview = (file: File, index: number): HTMLElement => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const remove = document.createElement("button");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    remove.type = "button";
    remove.className = "visit-shot-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${list.dataset["remove"] ?? ""} ${index + 1}`);
    remove.addEventListener("click", () => {
      files = files.filter((other) => other !== file);
      show();
    });
    item.append(image, remove);
    return item;
  };
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const fresh = [...(input.files ?? [])];
      if (input !== keeper) input.value = "";
      let refused = false;
      for (const file of fresh) {
        const bytes = files.reduce((sum, one) => sum + one.size, file.size);
        if (bytes > MOST_BYTES || files.length >= MOST) refused = true;
        else files.push(file);
      }
      if (error) error.hidden = !refused;
      show();
    });
  }
}
