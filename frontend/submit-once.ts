/**
 * A form is sent once, however often its button is tapped. Buttons are not disabled, so that their name and value
 * are sent; a page that comes back from the browser's history can be sent again.
 */
export function submitOnce(document: Document): void {
  const sending = "sending";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("submitOnce" in form.dataset) || event.defaultPrevented) return;
    if (sending in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset[sending] = "";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) {
      delete form.dataset[sending];
      form.removeAttribute("aria-busy");
    }
  });
}
