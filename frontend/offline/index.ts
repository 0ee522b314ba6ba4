/** All that a page does with what this phone keeps. */
import type { Keeping } from "./keeping.ts";
import { sayTold } from "./leave.ts";
import { keeping } from "./page-keeping.ts";
import { isWaiting } from "./entry.ts";
import { installOffer } from "./install.ts";
import { outboxPage } from "./outbox-page.ts";
import { overlay } from "./overlay.ts";
import { renewKept } from "./pages.ts";
import { askToStay } from "./room.ts";
import { searchKept } from "./search.ts";
import { signingOut } from "./signing-out.ts";
import { registerWorker } from "./worker.ts";

const LATEST = 5 * 60_000;
const MOMENT = 60_000;

/** Send what is due and fetch what changed; then again when the next record is due. */
class Pulse {
  private readonly kept: Keeping;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(kept: Keeping) {
    this.kept = kept;
  }

  async beat(): Promise<void> {
    clearTimeout(this.timer);
    const outcome = await this.kept.send();
    this.failures = outcome.kind === "away" || outcome.kind === "cramped" ? this.failures + 1 : 0;
    if (outcome.kind === "other") {
      // Somebody else signed in on this phone: this page is not theirs to see.
      await this.kept.forgetPages();
      location.replace("/");
      return;
    }
    if (outcome.kind === "done") {
      await rest();
      await this.kept.refresh();
    }
    if (outcome.kind === "busy") {
      // Another tab or the worker is at it; what it brought there is fetched afterwards.
      this.timer = setTimeout(() => void this.beat(), 1_000);
      return;
    }
    const due = (await this.kept.outbox.waiting()).filter((entry) => !entry.refused).map((entry) => entry.next);
    if (due.length === 0 || outcome.kind === "signed-out") return;
    const pause = Math.min(LATEST, 1_000 * 2 ** Math.min(this.failures, 10)) * (0.5 + Math.random() / 2);
    const wait = Math.max(Math.min(...due) - Date.now(), outcome.kind === "done" ? 1_000 : pause);
    this.timer = setTimeout(() => void this.beat(), Math.min(wait, LATEST));
  }

  /** Whether nothing lies here and the server was reached a moment ago: then there is nothing to say to it. */
  private async idle(): Promise<boolean> {
    const [entries, reach] = await Promise.all([this.kept.outbox.entries(), this.kept.reach()]);
    const ago = Date.now() - (reach?.at ?? 0);
    return entries.length === 0 && reach?.kind === "done" && ago >= 0 && ago < MOMENT;
  }

  /** The network may be back, or the person looks at the page again: no record waits for its turn any longer. */
  async hurry(): Promise<void> {
    if (await this.idle()) return;
    await this.kept.outbox.hurry();
    this.failures = 0;
    await this.beat();
  }
}

/** Until the page has nothing better to do: what is fetched ahead never keeps its reader waiting. */
function rest(): Promise<void> {
  return new Promise((done) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => done(), { timeout: 2_000 });
    else setTimeout(done, 200);
  });
}

export async function offline(document: Document, enhance: (root: ParentNode) => void): Promise<void> {
  sayTold(document);
  searchKept(document);
  const offered = document.querySelector<HTMLElement>("[data-renew]");
  void registerWorker((renew) => {
    if (!offered) return;
    offered.hidden = false;
    offered.querySelector("button")?.addEventListener("click", renew);
  });
  installOffer(document);
  const kept = await keeping();
  if (!kept) return;
  const shown = (): void => void overlay(kept);
  const pulse = new Pulse(kept);
  kept.onNews(shown);
  renewKept(kept, (root) => {
    enhance(root);
    searchKept(root);
    signingOut(kept, root);
    shown();
  });
  signingOut(kept, document);
  const page = document.querySelector<HTMLElement>("[data-outbox]");
  if (page) outboxPage(kept, page);
  shown();
  window.addEventListener("online", () => void pulse.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void pulse.hurry();
  });
  window.addEventListener("pageshow", (event) => event.persisted && void pulse.hurry());
  void pulse.hurry();
  if ((await kept.outbox.entries()).some(isWaiting)) void askToStay();
}
