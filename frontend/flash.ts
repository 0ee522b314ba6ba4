/** Messages can be put away. */
export function flashes(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-flash-close]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest("[data-flash]")?.remove();
      document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
    });
  }
}
