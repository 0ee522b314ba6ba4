/** A phone: its store, and the tabs in which one member works with it. The store and all that uses it are the real code;
 * only IndexedDB comes from fake-indexeddb, and a tab can be killed in the middle of anything. */
import "fake-indexeddb/auto";
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";

import { openDatabase, type Database } from "../../offline/database.ts";
import { Drafts } from "../../offline/drafts.ts";
import { Line } from "../../offline/line.ts";
import { Outbox } from "../../offline/outbox.ts";
import { Sender } from "../../offline/sender.ts";
import { Turn, type Locks } from "../../offline/turn.ts";
import { Vault } from "../../offline/vault.ts";
import type { Chance } from "./chance.ts";
import type { Ether } from "./ether.ts";

let full = false;
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...given: Parameters<typeof put>) {
  if (full) throw new DOMException("no room", "QuotaExceededError");
  return put.apply(this, given);
} as typeof put;

/** While the phone is full nothing can be written, on whatever shelf. */
export function setFull(now: boolean): void {
  full = now;
}

/** Locks as browsers have them: whoever dies lets go. */
class TabLocks {
  private readonly held = new Map<string, Tab>();

  of(tab: Tab): Locks {
    const request = async (name: string, _options: object, act: (lock: object | null) => Promise<unknown>): Promise<unknown> => {
      const holder = this.held.get(name);
      if (holder?.alive) return act(null);
      this.held.set(name, tab);
      try {
        return await act({});
      } finally {
        if (this.held.get(name) === tab) this.held.delete(name);
      }
    };
    return { request } as unknown as Locks;
  }
}

const NEVER = new Promise<never>(() => undefined);

/** A tab of one member. Once killed it touches nothing any more. */
export class Tab {
  alive = true;
  /** Resolves when the tab is killed, so that nobody waits for what it was doing. */
  readonly killed: Promise<void>;
  private die!: () => void;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly sender: Sender;

  constructor(phone: Phone, member: number) {
    this.killed = new Promise((done) => (this.die = done));
    const database = this.guarded(phone.database);
    const vault = new Vault(database, member);
    const fetching = phone.ether.fetchOf(phone.name);
    const line = new Line((...given) => (this.alive ? fetching(...given).then((reply) => (this.alive ? reply : NEVER)) : NEVER));
    this.outbox = new Outbox(vault, phone.now);
    this.drafts = new Drafts(vault);
    const turn = new Turn(database, phone.locks?.of(this) ?? null, phone.now);
    this.sender = new Sender(this.outbox, line, turn, phone.now, phone.chance.next);
  }

  kill(): void {
    this.alive = false;
    this.die();
  }

  private guarded(database: Database): Database {
    return new Proxy(database, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== "function") return value;
        return (...given: unknown[]): unknown => {
          if (!this.alive) return name === "transaction" ? dead() : NEVER;
          const result = (value as (...all: unknown[]) => unknown).apply(target, given);
          if (!(result instanceof Promise)) return result;
          return result.then((found: unknown) => (this.alive ? found : NEVER));
        };
      },
    });
  }
}

function dead(): never {
  throw new Error("killed");
}

export class Phone {
  readonly name: string;
  readonly ether: Ether;
  readonly chance: Chance;
  readonly locks: TabLocks | null;
  database!: Database;
  /** What the phone's clock is off by, in milliseconds. */
  skew = 0;
  time: number;

  private constructor(name: string, ether: Ether, chance: Chance, time: number) {
    this.name = name;
    this.ether = ether;
    this.chance = chance;
    this.time = time;
    this.locks = chance.is(0.7) ? new TabLocks() : null;
  }

  now = (): number => this.time + this.skew;

  static async make(name: string, ether: Ether, chance: Chance, time: number): Promise<Phone> {
    const phone = new Phone(name, ether, chance, time);
    Object.assign(globalThis, { indexedDB: new IDBFactory() });
    phone.database = await openDatabase(name);
    return phone;
  }
}
