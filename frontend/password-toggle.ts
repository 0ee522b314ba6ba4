/** A button beside a password that shows what was typed. The button is hidden until this script runs. */
export function passwordToggles(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-password-toggle]")) {
    const input = button.parentElement?.querySelector("input");
    if (!input) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
      input.focus();
    });
    input.form?.addEventListener("submit", () => {
      input.type = "password";
    });
  }
}
