/** Choosing people from long lists: a box that finds them by name or 拼音, and who is chosen, in the bar. What is not found
 * is hidden and stays ticked. */
export function people(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLElement>("[data-people]")) watch(form);
}

function watch(form: HTMLElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[data-name]")];
  const find = form.querySelector<HTMLElement>("[data-people-find]");
  const words = find?.querySelector("input");
  const said = form.querySelector<HTMLElement>("[data-people-chosen]");
  const folds = [...form.querySelectorAll("details")].map((part) => ({ part, open: part.open }));
  if (!find || !words || !said) return;

  const show = (): void => {
    const names = new Map(boxes.filter((box) => box.checked).map((box) => [box.value, box.dataset["name"] ?? ""]));
    const text = said.dataset[names.size > 0 ? "text" : "textNone"] ?? "";
    said.textContent = text.replace("{n}", String(names.size)).replace("{names}", [...names.values()].join("、"));
  };
  const search = (): void => {
    const wanted = words.value.toLowerCase().replace(/\s/g, "");
    for (const box of boxes) {
      const { name = "", sounds = "" } = box.dataset;
      const fits = name.includes(wanted) || sounds.split(" ").some((sound) => sound.startsWith(wanted));
      box.closest("label")?.toggleAttribute("hidden", !fits);
    }
    for (const fold of folds) {
      fold.part.hidden = !fold.part.querySelector("label:not([hidden])");
      fold.part.open = wanted === "" ? fold.open : true;
    }
    form.querySelector("[data-people-none]")?.toggleAttribute("hidden", boxes.some((box) => !box.closest("label")?.hidden));
  };

  find.hidden = said.hidden = false;
  words.addEventListener("input", search);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
