/** Brings the outbox to the server: each record on its own, in the order in which they were saved, one sender at a time.
 * A record that the server will not take is set aside, and the others go on. */
import { arrived, clashed, isDue, isSent, later, photoSent, turnedDown, unsent, type Entry, type Photo, type Wire } from "./entry.ts";
import type { Answer, Contact, Line, Reached } from "./line.ts";
import { isFull, Outbox, type Noted } from "./outbox.ts";
import type { Turn } from "./turn.ts";

export const SENDER = "visits-sender";

/** How a round of sending ended. `away`: the server cannot be reached; `busy`: another tab is at it; `other`: somebody
 * else is signed in; `signed-out`: sending waits for the sign-in; `cramped`: the phone has no room to note what became of a
 * record, which will be sent once more; `done`: nothing is left that can go now. */
export interface Outcome {
  readonly kind: "done" | "away" | "busy" | "other" | "signed-out" | "cramped";
  readonly ended?: boolean;
  readonly contact?: Contact;
  /** How many records arrived whole. */
  readonly sent: number;
}

/** What an answer means for the round: go on with the next record, or stop. */
type Step = "on" | "stop" | "signed-out";

/** Answers that say nothing about the record: it is tried again. Of these, 401 and 403 mean that it is not its author who
 * is signed in, which holds for all of them. */
const AGAIN = new Set([401, 403, 408, 421, 425, 429]);

export class Sender {
  private readonly outbox: Outbox;
  private readonly line: Line;
  private readonly turn: Turn;
  private readonly now: () => number;
  private readonly chance: () => number;
  private cramped = false;

  constructor(outbox: Outbox, line: Line, turn: Turn, now: () => number = Date.now, chance = Math.random) {
    this.outbox = outbox;
    this.line = line;
    this.turn = turn;
    this.now = now;
    this.chance = chance;
  }

  /** Send all that is due. Tells the server first how much waits, and again when that has changed. */
  async drain(): Promise<Outcome> {
    const done = await this.turn.take(SENDER, (stay) => this.round(stay));
    return done ?? { kind: "busy", sent: 0 };
  }

  private async round(stay: () => Promise<void>): Promise<Outcome> {
    this.cramped = false;
    const waiting = await this.outbox.waiting();
    const reached = await this.tell(waiting);
    if (reached.kind === "away") return { kind: "away", sent: 0 };
    if (reached.kind === "signed-out") return { kind: "signed-out", ended: reached.ended, sent: 0 };
    const contact = reached.contact;
    if (contact.member !== this.outbox.vault.member) return { kind: "other", contact, sent: 0 };
    for (const { uuid } of waiting.filter((entry) => !entry.refused && isDue(entry, this.now()))) {
      await stay();
      const step = await this.deliver(uuid);
      if (step === "on") continue;
      const sent = waiting.length - (await this.outbox.waiting()).length;
      return { kind: step === "stop" ? "away" : "signed-out", contact, sent };
    }
    const left = await this.outbox.waiting();
    if (unsent(left) !== unsent(waiting)) await this.tell(left);
    return { kind: this.cramped ? "cramped" : "done", contact, sent: waiting.length - left.length };
  }

  private tell(waiting: readonly Entry[]): Promise<Reached> {
    return this.line.contact(unsent(waiting), waiting[0]?.savedAt ?? null);
  }

  /** One record: what may have arrived, what is newer, then its photos. Where the phone has no room to note that the
   * content arrived, the photos go all the same, for that makes room; nothing is sent twice in a round. */
  private async deliver(uuid: string): Promise<Step> {
    for (let wire = await this.outbox.begin(uuid); wire; wire = await this.outbox.begin(uuid)) {
      const before = await this.outbox.get(uuid);
      if (!before) return "on";
      const sent = await this.sendContent(before, wire);
      if (typeof sent === "string") return sent;
      if (!sent.kept) return sent.entry ? this.sendPhotos(sent.entry) : "on";
    }
    const entry = await this.outbox.get(uuid);
    return entry ? this.sendPhotos(entry) : "on";
  }

  /** Gives what was noted of content that is there, or else what the answer means for the round. */
  private async sendContent(entry: Entry, wire: Wire): Promise<Noted | Step> {
    const sender = this.outbox.vault.member;
    const envelope = { ...wire.target, sender, sent_at: new Date(this.now()).toISOString(), content: wire.content };
    const based = wire.base > 0 ? { based_on: wire.base } : {};
    const answer = await this.line.put(`/${entry.kind}s/${entry.uuid}`, { ...envelope, ...based });
    if (answer && answer.status < 300 && answer.body["uuid"] === entry.uuid) {
      const { revision, photos } = answer.body;
      const there = Array.isArray(photos) ? photos.filter((one) => typeof one === "string") : [];
      const number = typeof revision === "number" ? revision : 1;
      const noted = await this.note(entry.uuid, (now) => arrived(now, wire, number, there, this.now()));
      if (noted.kept || (noted.entry && isSent(noted.entry))) await this.outbox.vault.remove("photos", ...there);
      return noted;
    }
    if (answer?.status === 409 && answer.body["uuid"] === entry.uuid) {
      return this.note(entry.uuid, (now) => clashed(now, wire, words(answer), this.now()));
    }
    return this.notTaken(entry.uuid, answer, (now, message, errors) => turnedDown(now, wire, message, errors, this.now()));
  }

  private async sendPhotos(entry: Entry): Promise<Step> {
    if (entry.fresh || entry.refused) return "on";
    for (const photo of entry.photos.filter((one) => !one.sent)) {
      const bytes = await this.outbox.vault.bytes("photos", photo.id);
      if (bytes?.byteLength === 0) {
        await this.gone(entry.uuid, photo);
        continue;
      }
      const path = `/photos/${photo.id}?visit=${entry.uuid}`;
      const answer = bytes
        ? await this.line.putPhoto(path, bytes, photo.type, photo.sha256)
        : { status: 410, body: {}, staleToken: false };
      if (answer && answer.status < 300 && answer.body["uuid"] === photo.id) {
        await this.gone(entry.uuid, photo);
        continue;
      }
      return this.notTaken(entry.uuid, answer, (now, message) => ({
        ...now,
        refused: true,
        message,
        triedAt: this.now(),
      }));
    }
    return "on";
  }

  /** Note that the server has a photo, and let go of its bytes. Without room for that note, the bytes make way for none at
   * all, which tells the next round. */
  private async gone(uuid: string, photo: Photo): Promise<void> {
    const { entry, kept } = await this.note(uuid, (now) => photoSent(now, photo.id, this.now()));
    if (kept || entry === null || isSent(entry)) {
      await this.outbox.vault.remove("photos", photo.id);
      return;
    }
    await this.outbox.vault.putBytes("photos", photo.id, new Uint8Array()).catch((error: unknown) => {
      if (!isFull(error)) throw error;
    });
  }

  private async note(uuid: string, change: (entry: Entry) => Entry): Promise<Noted> {
    const noted = await this.outbox.note(uuid, change);
    if (!noted.kept) this.cramped = true;
    return noted;
  }

  /** An answer that took nothing: later, or set aside with what the server said. */
  private async notTaken(
    uuid: string,
    answer: Answer | null,
    setAside: (now: Entry, message: string, errors: { readonly [path: string]: string }) => Entry,
  ): Promise<Step> {
    if (answer === null || answer.status < 400 || answer.status >= 500 || AGAIN.has(answer.status)) {
      await this.note(uuid, (now) => later(now, answer ? words(answer) : "", this.now(), this.chance()));
      if (answer === null || answer.status === 403) return "stop";
      return answer.status === 401 ? "signed-out" : "on";
    }
    if (answer.staleToken) {
      // Somebody signed in anew meanwhile; the next contact brings a new token.
      await this.note(uuid, (now) => later(now, "", this.now(), this.chance()));
      return "stop";
    }
    await this.note(uuid, (now) => setAside(now, words(answer), errorsOf(answer)));
    return "on";
  }
}

function words(answer: Answer): string {
  const { message, error } = answer.body;
  return typeof message === "string" ? message : typeof error === "string" ? error : "";
}

function errorsOf(answer: Answer): { readonly [path: string]: string } {
  const { errors } = answer.body;
  if (typeof errors !== "object" || errors === null || Array.isArray(errors)) return {};
  return Object.fromEntries(Object.entries(errors).map(([path, said]) => [path, String(said)]));
}
