/** One schedule of what can happen to a phone, and what must hold when it is over: what was saved is on the server, each
 * record once, with what was last written, and no phone holds anything back. */
import { createHash } from "node:crypto";

import { isWaiting, type Fields, type Photo } from "../../offline/entry.ts";
import { isFull } from "../../offline/outbox.ts";
import { newUuid } from "../../visits/uuid.ts";
import { Chance } from "./chance.ts";
import { Ether } from "./ether.ts";
import { Phone, setFull, Tab } from "./phone.ts";
import { ask } from "./server.ts";

/** What the server's end has made ready: members who sign in on this phone, and the first one's households. */
interface Cast {
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
/** Most schedules are short, so that many different ones are played; some are long. */
const SHORT = 3;
const LONG = 24;

class Run {
  readonly seed: number;
  readonly last: boolean;
  readonly chance: Chance;
  readonly ether: Ether;
  readonly expected = new Map<string, Expected>();
  readonly pending: Promise<unknown>[] = [];
  phone!: Phone;
  cast!: Cast;
  tabs: { member: number; tab: Tab }[] = [];
  signedIn: number | null = null;

  constructor(seed: number, last: boolean) {
    this.seed = seed;
    this.last = last;
    this.chance = new Chance(seed);
    this.ether = new Ether(this.chance, this.chance.one([0, 0.2, 0.4, 0.6]));
  }

  async begin(): Promise<void> {
    this.cast = await ask<Cast>({ do: "begin" });
    this.phone = await Phone.make(this.cast.phone, this.ether, this.chance, this.cast.now);
    await this.signIn(this.owner);
  }

  get owner(): number {
    return this.cast.members[0] as number;
  }

  async signIn(member: number | null): Promise<void> {
    await ask({ do: "sign-in", phone: this.cast.phone, member });
    this.signedIn = member;
    if (member !== null && !this.tabs.some((one) => one.member === member)) this.open(member);
  }

  open(member: number): Tab {
    const tab = new Tab(this.phone, member);
    this.tabs.push({ member, tab });
    return tab;
  }

  /** A tab of the member whose records are looked at; a new one when all of them were killed. */
  tab(member = this.owner): Tab {
    const open = this.tabs.filter((one) => one.member === member);
    return open.length > 0 ? this.chance.one(open).tab : this.open(member);
  }

  content(bad = false): Fields {
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

  async save(uuid: string, record: Expected, content: Fields, photos: Photo[]): Promise<void> {
    const tab = this.tab(record.member);
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

  photo(): Photo {
    const id = newUuid();
    const bytes = this.bytesOf(id);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { id, sha256, type: "image/jpeg", size: bytes.length, sent: false };
  }

  /** A small picture that differs from all others. */
  bytesOf(id: string): Buffer {
    return Buffer.concat([Buffer.from(this.cast.jpeg, "base64"), Buffer.from(id)]);
  }

  async write(): Promise<void> {
    const bad = this.chance.is(0.15);
    const record: Expected = {
      assignment: this.chance.one(this.cast.assignments),
      member: this.owner,
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
    if (!uuid || !record || !(await this.tab(record.member).outbox.get(uuid))) return;
    await this.save(uuid, record, this.content(), this.chance.is(0.1) ? [this.photo()] : []);
    if (record.wordings.at(-1)?.["outcome"]) record.bad = false;
  }

  some(): string | undefined {
    return this.expected.size > 0 ? this.chance.one([...this.expected.keys()]) : undefined;
  }

  send(): void {
    if (this.signedIn === null && this.chance.is(0.5)) return;
    const tab = this.tabs.length > 0 ? this.chance.one(this.tabs).tab : this.tab();
    this.pending.push(Promise.race([tab.sender.drain().catch((error: unknown) => this.fell(tab, error)), tab.killed]));
  }

  private fell(tab: Tab, error: unknown): void {
    if (tab.alive && !isFull(error)) throw error;
  }

  kill(): void {
    const [gone] = this.tabs.splice(this.chance.below(this.tabs.length), 1);
    gone?.tab.kill();
  }

  async step(): Promise<void> {
    const what = this.chance.one([
      "write", "write", "write", "write", "write", "edit", "edit", "edit", "edit", "send", "send", "send", "send", "send", "arrive", "kill", "tab", "away", "back",
      "reassign", "lapse", "other", "return", "clock", "full", "room", "leader", "forget", "settle",
    ]);
    switch (what) {
      case "write":
        return this.write();
      case "edit":
        return this.edit();
      case "send":
        return this.send();
      case "arrive":
        return this.ether.arrive();
      case "kill":
        return this.kill();
      case "tab":
        return void this.open(this.chance.one(this.cast.members));
      case "away":
        this.ether.connected = false;
        return;
      case "back":
        this.ether.connected = true;
        return;
      case "reassign":
        return void (await ask({ do: "reassign", assignment: this.chance.one(this.cast.assignments) }));
      case "lapse":
        this.signedIn = null;
        return void (await ask({ do: "lapse", phone: this.cast.phone }));
      case "other":
        return this.signIn(this.cast.members[1] as number);
      case "return":
        return this.signIn(this.owner);
      case "clock":
        this.phone.skew = this.chance.one([0, -86_400_000, 3_600_000, 400 * 86_400_000]);
        return;
      case "full":
        return setFull(true);
      case "room":
        return setFull(false);
      case "leader": {
        const uuid = this.some();
        if (!uuid) return;
        const { revised } = await ask<{ revised: boolean }>({ do: "leader", uuid });
        const record = this.expected.get(uuid);
        if (record && revised) record.contested = true;
        return;
      }
      case "forget":
        // Pages were fetched anew: traces of what has arrived go.
        return this.tab().outbox.forgetSent(this.phone.now() + 1).catch((error: unknown) => this.fell(this.tab(), error));
      case "settle":
        await Promise.allSettled(this.pending.splice(0));
        return;
    }
  }

  /** In the end everything is well again, and the phone sends until nothing waits. */
  async end(): Promise<string[]> {
    setFull(false);
    this.ether.connected = true;
    this.ether.trouble = 0;
    this.phone.skew = 0;
    await Promise.all(this.pending.splice(0));
    await this.ether.arrive(true);
    await this.signIn(this.owner);
    for (const [uuid, record] of this.expected) if (record.bad) await this.mend(uuid);
    const tab = this.open(this.owner);
    for (let round = 0; round < 12; round++) {
      this.phone.time += 400_000;
      await tab.sender.drain();
      if ((await tab.outbox.waiting()).length === 0) break;
    }
    await this.ether.arrive(true);
    return [...(await this.held(tab)), ...(await this.wrong())];
  }

  private async mend(uuid: string): Promise<void> {
    const record = this.expected.get(uuid);
    if (!record) return;
    record.bad = false;
    await this.save(uuid, record, this.content(), []);
  }

  private async held(tab: Tab): Promise<string[]> {
    const waiting = (await tab.outbox.entries()).filter(isWaiting);
    const photos = await tab.outbox.vault.ids("photos");
    const named = new Set([...this.expected.values()].flatMap((record) => [...record.photos.keys()]));
    return [
      ...waiting.map((entry) => `still waits: ${JSON.stringify(entry)}`),
      ...photos.filter((id) => named.has(id)).map((id) => `photo still here: ${id}`),
    ];
  }

  private async wrong(): Promise<string[]> {
    const visits = [...this.expected].map(([uuid, record]) => ({
      uuid,
      assignment: record.assignment,
      member: record.member,
      content: record.wordings.at(-1),
      contested: record.contested,
      photos: Object.fromEntries(record.photos),
    }));
    const check = { do: "check", seed: this.seed, last: this.last, visits };
    const { problems } = await ask<{ problems: string[] }>(check);
    return problems;
  }
}

/** Play one schedule; gives what is wrong at its end. What the server has is looked at for many at once; the `last` one
 * has it looked at. */
export async function play(seed: number, last: boolean): Promise<string[]> {
  const run = new Run(seed, last);
  setFull(false);
  await run.begin();
  const steps = run.chance.is(0.75) ? SHORT + run.chance.below(SHORT) : run.chance.below(LONG);
  for (let step = 0; step < steps; step++) await run.step();
  const problems = await run.end();
  run.phone.database.close();
  return problems;
}
