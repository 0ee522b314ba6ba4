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
    const lines = await line.postForLines("/pack", { have: before.versions }, TIMEOUT);
    const head = lines ? headOf(lines) : null;
    if (!lines || head?.member !== this.vault.member) return null;
    const gone = head.gone.filter((url) => !needed.includes(url));
    const versions = { ...before.versions };
    for (const url of gone) delete versions[url];
    const pages: [string, Uint8Array<ArrayBuffer>][] = [];
    for (const [number, text] of lines.slice(1).entries()) {
      const [url, version, html] = JSON.parse(text) as [string, string, string];
      versions[url] = version;
      pages.push([url, new TextEncoder().encode(html)]);
      if (number % AT_ONCE === AT_ONCE - 1) await breath();
    }
    const at = this.now();
    const index: Index = { contact: at, fetched: at, build: head.build, versions };
    const changed = pages.map(([url]) => url);
    await this.vault.replace("pages", [...pages, [INDEX, new TextEncoder().encode(JSON.stringify(index))]], gone);
    return { changed, gone };
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
    return bytes ? new TextDecoder().decode(bytes) : null;
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

interface Head {
  readonly member: number;
  readonly build: string;
  readonly gone: readonly string[];
}

/** The first line; null when it is not ours, or some of what it announces is missing. */
function headOf(lines: readonly string[]): Head | null {
  try {
    const head = JSON.parse(lines[0] ?? "") as Head & { readonly app: string; readonly pages: number };
    return head.app === "hengli-visits" && head.pages === lines.length - 1 ? head : null;
  } catch {
    return null;
  }
}

/** So many pages are worked on before the page may answer its reader again. */
const AT_ONCE = 10;

const breath = (): Promise<void> => new Promise((done) => setTimeout(done));
