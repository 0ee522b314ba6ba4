/** A button that prints the page. */
export function printButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
}
