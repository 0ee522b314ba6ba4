/** Rows of tabs that are wider than the screen show the present one, whatever the width and the size of the letters. */
export function tabs(root: ParentNode): void {
  for (const row of root.querySelectorAll<HTMLElement>(".tabs ul")) {
    const present = row.querySelector("[aria-current]");
    if (!present) continue;
    const show = () => {
      const here = present.getBoundingClientRect();
      row.scrollLeft += here.left + here.width / 2 - row.getBoundingClientRect().left - row.clientWidth / 2;
    };
    new ResizeObserver(show).observe(row);
  }
}
