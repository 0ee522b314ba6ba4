/** What was saved on this phone and is not known to be on the server: nothing leaves it but by the server's word, or by
 * a person who throws it away. */
import { isSent, isWaiting, saved, wireOf, type Entry, type Saving, type Wire } from "./entry.ts";
import { Vault } from "./vault.ts";

export class Outbox {
  readonly vault: Vault;
  private readonly now: () => number;

  constructor(vault: Vault, now: () => number = Date.now) {
    this.vault = vault;
    this.now = now;
  }

  /** All entries, the oldest first: those that wait, and those that arrived since the pages were last fetched. */
  async entries(): Promise<Entry[]> {
    return (await this.vault.all<Entry>("outbox")).sort((a, b) => a.savedAt - b.savedAt);
  }

  async waiting(): Promise<Entry[]> {
    return (await this.entries()).filter(isWaiting);
  }

  get(uuid: string): Promise<Entry | null> {
    return this.vault.get<Entry>("outbox", uuid);
  }

  /** Keep what a form holds, before anything is sent. Fails (QuotaExceededError) when the phone is full. */
  async save(saving: Saving): Promise<Entry> {
    const kept = await this.vault.change<Entry>("outbox", saving.uuid, (now) => saved(now, saving, this.now()));
    return kept as Entry;
  }

  /** Lay down what is about to be sent. Null when nothing of the content is to be sent. */
  async begin(uuid: string): Promise<Wire | null> {
    const planned = (entry: Entry | null): Wire | null =>
      entry && entry.fresh && !entry.refused ? wireOf(entry) : null;
    try {
      const entry = await this.vault.change<Entry>("outbox", uuid, (now) => {
        const wire = planned(now);
        return now && wire && now.wire === null ? { ...now, wire } : undefined;
      });
      return planned(entry);
    } catch (error) {
      // A full phone is no reason not to send: that is what makes room.
      if (!isFull(error)) throw error;
      return planned(await this.get(uuid));
    }
  }

  /** Note what became of an entry. One that has arrived whole is kept as a mere trace until the pages are fetched anew;
   * where there is no room even for that, it goes at once. */
  async note(uuid: string, change: (entry: Entry) => Entry): Promise<Noted> {
    try {
      return { entry: await this.vault.change<Entry>("outbox", uuid, (now) => (now ? change(now) : undefined)), kept: true };
    } catch (error) {
      if (!isFull(error)) throw error;
      let entry: Entry | null = null;
      await this.vault.change<Entry>("outbox", uuid, (now) => {
        entry = now && change(now);
        return entry && isSent(entry) ? null : undefined;
      });
      return { entry, kept: false };
    }
  }

  /** Forget what arrived before a moment: the pages that were fetched since tell of it. */
  async forgetSent(before: number): Promise<void> {
    for (const { uuid, sentAt } of await this.entries()) {
      if (sentAt === null || sentAt >= before) continue;
      await this.vault.change<Entry>("outbox", uuid, (now) => (now && isSent(now) && now.sentAt === sentAt ? null : undefined));
    }
  }

  /** Throw an entry away, with its photos: only a person does that. */
  async discard(uuid: string): Promise<void> {
    const entry = await this.get(uuid);
    await this.vault.remove("photos", ...(entry?.photos ?? []).map((photo) => photo.id));
    await this.vault.remove("outbox", uuid);
  }

  /** Try a refused entry again as it is, and all others at once. */
  async hurry(uuid?: string): Promise<void> {
    for (const entry of await this.waiting()) {
      if (uuid !== undefined && entry.uuid !== uuid) continue;
      await this.note(entry.uuid, (now) => ({ ...now, next: 0, refused: uuid === undefined && now.refused }));
    }
  }
}

/** An entry as it is after what became of it; `kept` is false where the phone had no room to lay that down. */
export interface Noted {
  readonly entry: Entry | null;
  readonly kept: boolean;
}

/** Whether there was no room on the phone. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
