/** What one page (or the worker) does with this phone's store on behalf of the member whose page it is. */
import { SHELVES, type Database } from "./database.ts";
import { Drafts } from "./drafts.ts";
import { Line } from "./line.ts";
import { isFull, Outbox } from "./outbox.ts";
import { Pack, type Fetched } from "./pack.ts";
import { Sender, type Outcome } from "./sender.ts";
import { Turn } from "./turn.ts";
import { Vault } from "./vault.ts";

/** How it stands with the line, for all pages to show. */
export interface Reach {
  readonly kind: Outcome["kind"];
  readonly at: number;
}

const PACK = "visits-pack";
const FRESH = 60_000;

export class Keeping {
  readonly database: Database;
  readonly member: number;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly pack: Pack;
  readonly line = new Line();
  private readonly turn: Turn;
  private readonly sender: Sender;
  private readonly channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("visits");
  private readonly listeners: ((news: News) => void)[] = [];

  constructor(database: Database, member: number) {
    this.database = database;
    this.member = member;
    const vault = new Vault(database, member);
    this.outbox = new Outbox(vault);
    this.drafts = new Drafts(vault);
    this.pack = new Pack(vault);
    this.turn = new Turn(database, "locks" in navigator ? navigator.locks : null);
    this.sender = new Sender(this.outbox, this.line, this.turn);
    this.channel?.addEventListener("message", (event) => this.hear(event.data as News));
  }

  /** Be told when something changed here, in whichever tab. */
  onNews(listener: (news: News) => void): void {
    this.listeners.push(listener);
  }

  tell(news: News): void {
    this.hear(news);
    this.channel?.postMessage(news);
  }

  private hear(news: News): void {
    for (const listener of this.listeners) listener(news);
  }

  /** Send what is due, and keep for all tabs how that went. */
  async send(): Promise<Outcome> {
    const outcome = await this.sender.drain();
    if (outcome.kind === "busy") return outcome;
    try {
      await this.database.put("notes", { kind: outcome.kind, at: Date.now() } satisfies Reach, "reach");
      if (outcome.contact) await this.pack.contacted();
    } catch (error) {
      // A full phone sends all the same.
      if (!isFull(error)) throw error;
    }
    if (outcome.ended) await this.forgetPages();
    this.tell({ kind: "sent" });
    return outcome;
  }

  async reach(): Promise<Reach | null> {
    return ((await this.database.get("notes", "reach")) as Reach | undefined) ?? null;
  }

  /** Fetch the pages that changed, unless that was done a moment ago and nothing has arrived since. Needs a line that was
   * reached before. */
  async refresh(): Promise<Fetched | null> {
    const { fetched } = await this.pack.index();
    const started = Date.now();
    const told = (await this.outbox.entries()).some((entry) => entry.sentAt !== null);
    if (!told && started - fetched < FRESH && fetched <= started) return null;
    const found = await this.turn.take(PACK, async () => {
      const needed = (await this.outbox.waiting()).map((entry) => entry.form);
      return this.pack.fetch(this.line, needed);
    });
    if (!found) return null;
    await this.outbox.forgetSent(started);
    await this.drafts.sweep(await this.outbox.entries());
    this.tell({ kind: "pages", changed: found.changed });
    return found;
  }

  async forgetPages(): Promise<void> {
    await new Vault(this.database, this.member).wipe(["pages"], "pages");
    if ((await currentMember(this.database)) === this.member) await this.database.delete("notes", "member");
  }

  /** Nothing of this member stays readable; with `keepWork` what waits to be sent stays, sealed, for the next sign-in. */
  async forget(keepWork: boolean): Promise<void> {
    const vault = new Vault(this.database, this.member);
    await vault.wipe(["pages"], "pages");
    if (keepWork) await vault.wipe(["drafts"]);
    else await vault.wipe(SHELVES, "work");
  }
}

export type News =
  | { readonly kind: "saved" }
  | { readonly kind: "sent" }
  | { readonly kind: "pages"; readonly changed: readonly string[] };

/** The note that a form for signing in or out was sent and no page has said yet who is signed in now. */
export const UNSURE = "unsure";

/** Who is signed in on this phone, as its latest page said. */
export async function currentMember(database: Database): Promise<number | null> {
  return ((await database.get("notes", "member")) as number | undefined) ?? null;
}

/** Take note of whose page this is. Pages that another member left here go; what that one has not sent stays, sealed, and
 * waits for their next sign-in. */
export async function arrive(database: Database, member: number): Promise<void> {
  const before = await currentMember(database);
  await database.delete("notes", UNSURE);
  if (before === member) return;
  if (before !== null) await new Vault(database, before).wipe(["pages"], "pages");
  await database.put("notes", member, "member");
  await database.delete("notes", "reach");
}
