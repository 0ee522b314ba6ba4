/** A page that this phone kept is brought up to date in place once the server was asked: no jump, no second load. */
import type { Keeping, News } from "./keeping.ts";
import { addressOf } from "./pack.ts";

const FORM = "form[data-keeps], form[data-visit-form], form[data-revisit-form]";

export function renewKept(kept: Keeping, enhance: (root: ParentNode) => void): void {
  kept.onNews((news: News) => {
    const address = addressOf(new URL(location.href));
    if (news.kind !== "pages" || !news.changed.includes(address)) return;
    if (!("packed" in document.documentElement.dataset) || document.querySelector(FORM)) return;
    void kept.pack.page(address).then((html) => html && swap(html, enhance));
  });
}

function swap(html: string, enhance: (root: ParentNode) => void): void {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const main = fresh.querySelector("#main");
  const old = document.querySelector("#main");
  if (!main || !old) return;
  const made = document.importNode(main, true);
  const focused = document.activeElement?.id;
  old.replaceWith(made);
  document.title = fresh.title;
  document.documentElement.dataset["packed"] = fresh.documentElement.dataset["packed"] ?? "";
  enhance(made);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
