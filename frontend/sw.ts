/// <reference lib="webworker" />
/** The service worker: keeps the shell, answers navigations from the member's pages when the network does not, and sends
 * the outbox when the browser says that the network is back. It keeps nobody's page itself: those lie sealed in the
 * member's own store. */
import { openDatabase, type Database } from "./offline/database.ts";
import { currentMember, Keeping, UNSURE } from "./offline/keeping.ts";
import { Line } from "./offline/line.ts";
import { addressOf, Pack } from "./offline/pack.ts";
import { LEAVING } from "./offline/leaving.ts";
import { SYNC } from "./offline/sync.ts";
import { Vault } from "./offline/vault.ts";

interface Shell {
  readonly build: string;
  readonly files: readonly string[];
}

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

declare const self: ServiceWorkerGlobalScope & { readonly shell: Shell };

const SHELL = `shell-${self.shell.build}`;
const AWAY = "/away";
const PATIENCE = 2_500;
/** Addresses by which one signs in or out. */
const ENTERING = /^\/(sign-in|sign-out|cards\/|password)/;
/** Shown as they were kept, and brought up to date in place: the round's list, and what waits. */
const AT_ONCE = new Set(["/", "/assignments/mine", "/outbox"]);
const BUNDLE = /^\/static\/build\/([a-z]+)-[A-Z0-9]+\.(js|css)$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

/** Bundles carry their hash and are taken as the browser has them; other files are asked for anew. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(SHELL);
  await cache.addAll(self.shell.files.map((file) => new Request(file, { cache: BUNDLE.test(file) ? "default" : "no-cache" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "renew") void self.skipWaiting();
});

self.addEventListener("sync", (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === SYNC) sync.waitUntil(sendAll());
});

/** Rejects while something is left that could go, so that the browser tries again later. */
async function sendAll(): Promise<void> {
  const database = await openDatabase();
  try {
    const member = await currentMember(database);
    if (member === null) return;
    const outcome = await new Keeping(database, member).send();
    if (outcome.kind === "away" || outcome.kind === "cramped") throw new Error("something is left");
  } finally {
    database.close();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(request.method === "GET" ? page(request, url) : act(request, url));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(file(request, url));
  }
});

/** A file of the shell; a page that is older than this worker gets the present bundle of the same name. */
async function file(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(url.pathname);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    const [, name, kind] = BUNDLE.exec(url.pathname) ?? [];
    const present = self.shell.files.find((one) => {
      const found = BUNDLE.exec(one);
      return found?.[1] === name && found?.[2] === kind;
    });
    const other = name && present ? await cache.match(present) : undefined;
    if (other) return other;
    throw error;
  }
}

/** A form that is sent the plain way needs the network; without it a page says so. */
async function act(request: Request, url: URL): Promise<Response> {
  const database = ENTERING.test(url.pathname) ? await openDatabase().catch(() => null) : null;
  try {
    // From here on somebody else may be signed in: nothing that was kept is shown before a page says who it is.
    await database?.put("notes", true, UNSURE);
    return await fetch(request);
  } catch {
    await database?.delete("notes", UNSURE);
    return away("?why=step");
  } finally {
    database?.close();
  }
}

async function away(why = ""): Promise<Response> {
  return (await (await caches.open(SHELL)).match(AWAY + why)) ?? Response.error();
}

/** A page: the round's list as it was kept, at once; others from the network, and from what is kept when that takes more
 * than 2.5 s or fails. */
async function page(request: Request, url: URL): Promise<Response> {
  const database = await openDatabase().catch(() => null);
  try {
    if (database && (await database.get("notes", LEAVING))) await endSession(database);
    const unsure = database !== null && (await database.get("notes", UNSURE)) === true;
    const held = database && !unsure ? keptPage(database, url) : Promise.resolve(null);
    if (AT_ONCE.has(url.pathname)) {
      const list = await held;
      if (list) return list;
    }
    const network = fetch(request);
    const late = new Promise<"late">((done) => setTimeout(() => done("late"), PATIENCE));
    const first = await Promise.race([network.catch(() => "failed" as const), late]);
    if (first instanceof Response && first.status < 500) return first;
    const kept = await held;
    if (kept) return kept;
    const nobody = !unsure && database !== null && (await currentMember(database)) === null;
    const lost = (): Promise<Response> => away(nobody ? "?why=out" : "");
    return first === "failed" ? await lost() : await network.catch(lost);
  } finally {
    // The database is closed only once nobody waits for a page from it.
    setTimeout(() => database?.close(), 10_000);
  }
}

async function keptPage(database: Database, url: URL): Promise<Response | null> {
  const member = await currentMember(database).catch(() => null);
  if (member === null) return null;
  const html = await new Pack(new Vault(database, member)).page(addressOf(url)).catch(() => null);
  return html === null ? null : new Response(html, { headers: HEADERS });
}

const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/** Somebody signed out while there was no network: the server hears of it before anything else is asked of it. */
async function endSession(database: Database): Promise<void> {
  const line = new Line();
  const reached = await line.contact(0, null);
  if (reached.kind === "away") return;
  if (reached.kind === "there") await line.post("/sign-out", {});
  await database.delete("notes", LEAVING);
}
