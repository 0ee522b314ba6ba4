import { saidCards } from "./cards.ts";
import { position } from "./position.ts";
import { shots } from "./shots.ts";

/** The visit form works without script; here it gets quicker. */
export function visitForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-visit-form]")) {
    saidCards(form);
    shots(form);
    position(form);
  }
}
