/** The service worker, seen from a page: registered, woken to send, and renewed when the person says so. */
import { SYNC } from "./sync.ts";

interface Syncing extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** Ask the browser to have the outbox sent when the network is back, also when this page is gone by then. */
export async function wakeWorker(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration().catch(() => undefined)) as Syncing | undefined;
  await registration?.sync?.register(SYNC).catch(() => undefined);
}

/** Register the worker that the page names (none: take an old one off), and offer a new version when one waits. */
export async function registerWorker(offer: (renew: () => void) => void): Promise<void> {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  const script = document.documentElement.dataset["worker"];
  if (!script) {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    return;
  }
  const first = navigator.serviceWorker.controller === null;
  const registration = await navigator.serviceWorker.register(script, { updateViaCache: "none" });
  let renewing = false;
  const waits = (worker: ServiceWorker | null): void => {
    if (!worker || first) return;
    offer(() => {
      renewing = true;
      worker.postMessage("renew");
    });
  };
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (renewing) location.reload();
  });
  waits(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && navigator.serviceWorker.controller) waits(coming);
    });
  });
}
