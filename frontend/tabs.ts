/** Rows of tabs that are wider than the screen begin where the present one is in sight. */
export function tabs(root: ParentNode): void {
  for (const row of root.querySelectorAll<HTMLElement>(".tabs ul")) {
    const here = row.querySelector<HTMLElement>("[aria-current]")?.getBoundingClientRect();
    if (here) row.scrollLeft += here.left + here.width / 2 - row.getBoundingClientRect().left - row.clientWidth / 2;
  }
}
