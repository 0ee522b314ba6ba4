/** One sender at a time, over all tabs and the service worker: a Web Lock, or a lease in the database where there is none. */
import type { Database, Lease } from "./database.ts";
import { isFull } from "./outbox.ts";
import { newUuid } from "../visits/uuid.ts";

const LEASE = 60_000;

export type Locks = Pick<LockManager, "request">;

export class Turn {
  private readonly holder = newUuid();
  private readonly database: Database;
  private readonly locks: Locks | null;
  private readonly now: () => number;

  constructor(database: Database, locks: Locks | null, now: () => number = Date.now) {
    this.database = database;
    this.locks = locks;
    this.now = now;
  }

  /** Do something alone; null, and nothing done, when somebody else is at it. `stay` prolongs a turn that takes long. */
  async take<T>(name: string, act: (stay: () => Promise<void>) => Promise<T>): Promise<T | null> {
    if (this.locks) {
      return this.locks.request(name, { ifAvailable: true }, (lock) => (lock ? act(async () => {}) : null));
    }
    if (!(await this.leaseOrFull(name))) return null;
    try {
      return await act(async () => void (await this.leaseOrFull(name)));
    } finally {
      await this.release(name);
    }
  }

  /** Without room for a lease the turn is taken without one: two that send at once do no harm, nobody who sends does. */
  private async leaseOrFull(name: string): Promise<boolean> {
    try {
      return await this.lease(name);
    } catch (error) {
      if (!isFull(error)) throw error;
      return true;
    }
  }

  private async lease(name: string): Promise<boolean> {
    const turn = this.database.transaction("leases", "readwrite");
    const lease: Lease | undefined = await turn.store.get(name);
    const free = !lease || lease.holder === this.holder || lease.until <= this.now() || lease.until > this.now() + LEASE;
    const mine = { name, holder: this.holder, until: this.now() + LEASE };
    await Promise.all([free ? turn.store.put(mine) : null, turn.done]);
    return free;
  }

  private async release(name: string): Promise<void> {
    const turn = this.database.transaction("leases", "readwrite");
    const own = (await turn.store.get(name))?.holder === this.holder;
    await Promise.all([own ? turn.store.delete(name) : null, turn.done]);
  }
}
