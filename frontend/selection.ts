/** Lists with tick boxes: 全选, the count in the bar below, and a range: with the shift key, or by the button 选到…, after
 * which a tap on the last one takes all between. */
export function selections(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>("[data-selection]")) watch(list);
}

function watch(list: HTMLElement): void {
  const boxes = [...list.querySelectorAll<HTMLInputElement>("input[data-pick]")];
  const row = list.querySelector<HTMLElement>("[data-pick-all]");
  const all = row?.querySelector("input");
  const until = list.querySelector<HTMLButtonElement>("[data-selection-range]");
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
    const awaited = until?.ariaPressed === "true";
    list.querySelector<HTMLElement>("[data-selection-some]")?.toggleAttribute("hidden", count === 0 || awaited);
    list.querySelector<HTMLElement>("[data-selection-until]")?.toggleAttribute("hidden", count === 0 || !awaited);
    until?.toggleAttribute("hidden", count === 0 || last < 0);
  };

  boxes.forEach((box, index) => {
    box.addEventListener("click", (event) => {
      const ranging = until?.ariaPressed === "true";
      if ((event.shiftKey || ranging) && last >= 0) {
        const [from, to] = index < last ? [index, last] : [last, index];
        for (const between of boxes.slice(from, to + 1)) between.checked = ranging || box.checked;
      }
      if (until) until.ariaPressed = "false";
      last = index;
      show();
    });
  });
  until?.addEventListener("click", () => {
    until.ariaPressed = String(until.ariaPressed !== "true");
    show();
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
