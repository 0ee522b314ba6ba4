/** What one member writes in a schedule, and what must therefore be on the server when it is over. */
import { createHash } from "node:crypto";

import { isWaiting, type Fields, type Photo } from "../../offline/entry.ts";
import { isFull } from "../../offline/outbox.ts";
import { newUuid } from "../../visits/uuid.ts";
import type { Chance } from "./chance.ts";
import type { Tab } from "./phone.ts";
import { ask } from "./server.ts";

/** What the server's end has made ready: members who sign in on this phone, and the first one's households. */
export interface Cast {
  readonly phone: string;
  readonly members: readonly number[];
  readonly assignments: readonly number[];
  readonly now: number;
  readonly jpeg: string;
}

interface Expected {
  assignment: number;
  member: number;
  /** What each save held, the latest last. */
  wordings: Fields[];
  photos: Map<string, string>;
  /** Somebody else wrote on it too, so that two wordings may stand side by side. */
  contested: boolean;
  bad: boolean;
}

const OUTCOMES = ["met", "away", "declined", "moved", "empty"];

/** The records of the first member. */
export class Records {
  private readonly expected = new Map<string, Expected>();
  private readonly cast: Cast;
  private readonly chance: Chance;
  /** A tab in which a member may write. */
  private readonly tabOf: (member: number) => Tab;

  constructor(cast: Cast, chance: Chance, tabOf: (member: number) => Tab) {
    this.cast = cast;
    this.chance = chance;
    this.tabOf = tabOf;
  }

  private content(bad = false): Fields {
    const feedback = this.chance.is(0.25)
      ? [{ uuid: newUuid(), nature: "opinion", words: `说法${this.chance.below(9)}`, handling: this.chance.one(["noted", "follow_up"]), category: null, answer: "" }]
      : [];
    return {
      outcome: bad ? null : this.chance.one(OUTCOMES),
      visited_at: new Date(this.cast.now - this.chance.below(86_400_000)).toISOString(),
      appointment_at: null,
      manner: "door",
      companions: [],
      companions_text: "",
      remarks: `第${this.chance.below(1_000_000)}次`,
      position: null,
      feedback,
    };
  }

  private async save(uuid: string, record: Expected, content: Fields, photos: Photo[]): Promise<void> {
    const tab = this.tabOf(record.member);
    const place = `form ${uuid}`;
    try {
      await tab.drafts.open(place, uuid, 0, null);
      for (const photo of photos) {
        await tab.drafts.addPhoto(place, photo, new Uint8Array(this.bytesOf(photo.id)).buffer);
      }
      const drafted = (await tab.drafts.get(place))?.photos ?? [];
      const known = (await tab.outbox.get(uuid))?.photos ?? [];
      const all = [...known, ...drafted.filter((one) => !known.some((other) => other.id === one.id))];
      await tab.outbox.save({
        uuid,
        kind: "visit",
        title: "户",
        found: "",
        form: "/",
        target: { assignment: record.assignment },
        content,
        photos: all,
        base: 0,
      });
      this.expected.set(uuid, record);
      record.wordings.push(content);
      for (const photo of all) record.photos.set(photo.id, photo.sha256);
      await tab.drafts.close(place);
    } catch (error) {
      // The form said that there is no room and stayed open: nothing was promised.
      if (!isFull(error)) throw error;
    }
  }

  private photo(): Photo {
    const id = newUuid();
    const bytes = this.bytesOf(id);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { id, sha256, type: "image/jpeg", size: bytes.length, sent: false };
  }

  /** A small picture that differs from all others. */
  private bytesOf(id: string): Buffer {
    return Buffer.concat([Buffer.from(this.cast.jpeg, "base64"), Buffer.from(id)]);
  }

  async write(): Promise<void> {
    const bad = this.chance.is(0.15);
    const record: Expected = {
      assignment: this.chance.one(this.cast.assignments),
      member: this.cast.members[0] as number,
      wordings: [],
      photos: new Map(),
      contested: false,
      bad,
    };
    const photos = this.chance.is(0.2) ? [this.photo(), ...(this.chance.is(0.4) ? [this.photo()] : [])] : [];
    await this.save(newUuid(), record, this.content(bad), photos);
  }

  /** Edit what still waits here, or what arrived a moment ago. */
  async edit(uuid = this.some()): Promise<void> {
    const record = uuid ? this.expected.get(uuid) : undefined;
    if (!uuid || !record || !(await this.tabOf(record.member).outbox.get(uuid))) return;
    await this.save(uuid, record, this.content(), this.chance.is(0.1) ? [this.photo()] : []);
    if (record.wordings.at(-1)?.["outcome"]) record.bad = false;
  }

  some(): string | undefined {
    return this.expected.size > 0 ? this.chance.one([...this.expected.keys()]) : undefined;
  }

  /** Somebody else wrote on it too. */
  contest(uuid: string): void {
    const record = this.expected.get(uuid);
    if (record) record.contested = true;
  }

  /** Mend whatever was refused. */
  async mend(): Promise<void> {
    for (const [uuid, record] of this.expected) {
      if (!record.bad) continue;
      record.bad = false;
      await this.save(uuid, record, this.content(), []);
    }
  }

  /** What the phone still holds of them. */
  async held(tab: Tab): Promise<string[]> {
    const waiting = (await tab.outbox.entries()).filter(isWaiting);
    const photos = await tab.outbox.vault.ids("photos");
    const named = new Set([...this.expected.values()].flatMap((record) => [...record.photos.keys()]));
    return [
      ...waiting.map((entry) => `still waits: ${JSON.stringify(entry)}`),
      ...photos.filter((id) => named.has(id)).map((id) => `photo still here: ${id}`),
    ];
  }

  /** What the server does not have as it should; `last` has it looked at. */
  async wrong(seed: number, last: boolean): Promise<string[]> {
    const visits = [...this.expected].map(([uuid, record]) => ({
      uuid,
      assignment: record.assignment,
      member: record.member,
      content: record.wordings.at(-1),
      contested: record.contested,
      photos: Object.fromEntries(record.photos),
    }));
    const check = { do: "check", seed, last, visits };
    const { problems } = await ask<{ problems: string[] }>(check);
    return problems;
  }
}
