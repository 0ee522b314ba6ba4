/** The ticks of a list survive a look at the page that they lead to and the way back by its arrow: ids only, in this tab,
 * by the address of the list, which its form names as `back`. Once something was done with them they are gone. */
export function keptTicks(root: ParentNode): void {
  for (const list of root.querySelectorAll<HTMLElement>("form [data-selection]")) {
    const form = list.closest("form");
    const back = form?.elements.namedItem("back");
    if (!form || !(back instanceof HTMLInputElement)) continue;
    const key = `ticks ${back.value}`;
    const boxes = [...list.querySelectorAll<HTMLInputElement>("input[data-pick]")];
    const kept = document.querySelector(".alert-done[data-flash]") ? null : sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    if (kept) for (const box of boxes) box.checked ||= kept.split(" ").includes(box.value);
    form.addEventListener("submit", () => {
      sessionStorage.setItem(key, boxes.filter((box) => box.checked).map((box) => box.value).join(" "));
    });
  }
}
