/** One schedule of what can happen to a phone, and what must hold when it is over: what was saved is on the server, each
 * record once, with what was last written, and no phone holds anything back. */
import { isFull } from "../../offline/outbox.ts";
import { Chance } from "./chance.ts";
import { Ether } from "./ether.ts";
import { Phone, setFull, Tab } from "./phone.ts";
import { Records, type Cast } from "./records.ts";
import { ask } from "./server.ts";

/** Most schedules are short, so that many different ones are played; some are long. */
const SHORT = 3;
const LONG = 24;

class Run {
  readonly seed: number;
  readonly last: boolean;
  readonly chance: Chance;
  readonly ether: Ether;
  readonly pending: Promise<unknown>[] = [];
  phone!: Phone;
  cast!: Cast;
  records!: Records;
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
    this.records = new Records(this.cast, this.chance, (member) => this.tab(member));
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
        return this.records.write();
      case "edit":
        return this.records.edit();
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
        const uuid = this.records.some();
        if (!uuid) return;
        const { revised } = await ask<{ revised: boolean }>({ do: "leader", uuid });
        if (revised) this.records.contest(uuid);
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
    await this.records.mend();
    const tab = this.open(this.owner);
    for (let round = 0; round < 12; round++) {
      this.phone.time += 400_000;
      await tab.sender.drain();
      if ((await tab.outbox.waiting()).length === 0) break;
    }
    await this.ether.arrive(true);
    return [...(await this.records.held(tab)), ...(await this.records.wrong(this.seed, this.last))];
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
