import { saidCards } from "./cards.ts";
import { keepVisit } from "./keeping.ts";
import { position } from "./position.ts";
import { shots } from "./shots.ts";

/** The line below 时间、方式、同行、备注 says what is chosen there, also after a change. */
function summary(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>("[data-more-summary]");
  const details = line?.closest("details");
  if (!line || !details) return;
  details.addEventListener("change", () => {
    const when = details.querySelector<HTMLInputElement>("input[type=datetime-local]")?.value ?? "";
    const named = [...details.querySelectorAll<HTMLInputElement>(".option-input:checked")];
    const words = named.map((input) => input.parentElement?.querySelector(".option-text")?.textContent?.trim() ?? "");
    line.textContent = [when.replace("T", " "), ...words].filter((part) => part !== "").join(" · ");
  });
}

/** The visit form works without script; here it gets quicker. */
export function visitForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-visit-form]")) {
    const cards = saidCards(form);
    const taken = shots(form);
    position(form);
    summary(form);
    void keepVisit(form, cards, taken);
  }
}
