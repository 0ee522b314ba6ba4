/** The sheet behind 更多 closes on a tap elsewhere and on the escape key. */
export function closingSheets(document: Document): void {
  const open = (): HTMLDetailsElement | null => document.querySelector<HTMLDetailsElement>(".nav-more > details[open]");
  document.addEventListener("click", (event) => {
    const sheet = open();
    if (sheet && event.target instanceof Node && !sheet.contains(event.target)) sheet.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const sheet = open();
    if (event.key !== "Escape" || !sheet) return;
    sheet.open = false;
    sheet.querySelector("summary")?.focus();
  });
}
