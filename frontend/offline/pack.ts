/** The pages that this phone can show without a network: made by the server, kept sealed, replaced when they changed. */
import type { Line } from "./line.ts";
import type { Vault } from "./vault.ts";

const TIMEOUT = 120_000;
/** Without contact for so long, nothing stays readable. */
export const LONGEST = 7 * 24 * 3600 * 1000;

interface Index {
  /** When the server was last reached, and when pages were last fetched. */
  readonly contact: number;
  readonly fetched: number;
  readonly build: string;
  readonly versions: { readonly [url: string]: string };
}

const INDEX = "";
const NOTHING: Index = { contact: 0, fetched: 0, build: "", versions: {} };

export interface Fetched {
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

export class Pack {
  private readonly vault: Vault;
  private readonly now: () => number;

  constructor(vault: Vault, now: () => number = Date.now) {
    this.vault = vault;
    this.now = now;
  }

  async index(): Promise<Index> {
    return (await this.vault.get<Index>("pages", INDEX)) ?? NOTHING;
  }

  /** The server was reached: the pages may be shown for another week. */
  async contacted(): Promise<void> {
    await this.vault.change<Index>("pages", INDEX, (now) => (now ? { ...now, contact: this.now() } : undefined));
  }

  /** Fetch what changed. `needed` are forms of records that wait here: they stay although their household is another's
   * now. Null when the server did not answer as it should. */
  async fetch(line: Line, needed: readonly string[]): Promise<Fetched | null> {
    const before = await this.index();
    const answer = await line.post("/pack", { have: before.versions }, TIMEOUT);
    if (answer?.status !== 200 || answer.body["app"] !== "hengli-visits") return null;
    if (answer.body["member"] !== this.vault.member) return null;
    const pages = answer.body["pages"] as readonly (readonly [string, string, string])[];
    const gone = (answer.body["gone"] as readonly string[]).filter((url) => !needed.includes(url));
    const versions = { ...before.versions };
    for (const url of gone) delete versions[url];
    for (const [url, version] of pages) versions[url] = version;
    const at = this.now();
    const index: Index = { contact: at, fetched: at, build: String(answer.body["build"]), versions };
    const packed = await Promise.all(pages.map(async ([url, , html]) => [url, await deflate(html)] as const));
    const written = new TextEncoder().encode(JSON.stringify(index));
    await this.vault.replace("pages", [...packed, [INDEX, written]], gone);
    return { changed: pages.map(([url]) => url), gone };
  }

  /** A page as it was last fetched; null when there is none, or the week is over (then all of them go). */
  async page(url: string): Promise<string | null> {
    const index = await this.index();
    if (index.contact === 0) return null;
    if (Math.abs(this.now() - index.contact) > LONGEST) {
      await this.vault.wipe(["pages"], "pages");
      return null;
    }
    const bytes = await this.vault.bytes("pages", url);
    return bytes ? inflate(bytes) : null;
  }
}

/** The address under which the pack knows a page: without what only the script looks at. A search is made on the list
 * of all. */
export function addressOf(url: URL): string {
  if (url.pathname !== "/assignments/mine") return url.pathname;
  const kept = new URLSearchParams();
  const campaign = url.searchParams.get("campaign");
  const state = url.searchParams.get("q") ? "all" : url.searchParams.get("state");
  if (campaign) kept.set("campaign", campaign);
  if (state) kept.set("state", state);
  return kept.size > 0 ? `${url.pathname}?${kept}` : url.pathname;
}

const squeezes = typeof CompressionStream !== "undefined";

async function deflate(text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!squeezes) return new TextEncoder().encode(text);
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function inflate(bytes: ArrayBuffer): Promise<string> {
  const head = new Uint8Array(bytes, 0, 2);
  if (!squeezes || head[0] !== 0x1f || head[1] !== 0x8b) return new TextDecoder().decode(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
