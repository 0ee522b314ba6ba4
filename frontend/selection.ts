/** Lists with tick boxes: 全选, a range with the shift key, and the count in the bar below. */
export function selections(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>("[data-selection]")) watch(list);
}

function watch(list: HTMLElement): void {
  const boxes = [...list.querySelectorAll<HTMLInputElement>("input[data-pick]")];
  const row = list.querySelector<HTMLElement>("[data-pick-all]");
  const all = row?.querySelector("input");
  let last = -1;

  const show = (): void => {
    const count = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("li, tr")?.classList.toggle("is-picked", box.checked);
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    const number = list.querySelector("[data-selection-count]");
    if (number) number.textContent = String(count);
    list.querySelector<HTMLElement>("[data-selection-none]")?.toggleAttribute("hidden", count > 0);
    list.querySelector<HTMLElement>("[data-selection-some]")?.toggleAttribute("hidden", count === 0);
  };

  boxes.forEach((box, index) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        const [from, to] = index < last ? [index, last] : [last, index];
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = index;
      show();
    });
  });
  if (row && all && boxes.length > 0) {
    row.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
  }
  list.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
