/** The one database on the phone. Everything of a member stands under that member's number; what says anything about
 * people is sealed (vault.ts). */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** One sealed thing. `iv` is another with each change: so two tabs do not write over each other unseen. */
export interface Sealed {
  readonly member: number;
  readonly id: string;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly box: ArrayBuffer;
}

export type Shelf = "drafts" | "outbox" | "photos" | "pages";

/** `pages` is dropped at sign-out; `work` (drafts, outbox, photos) stays while something is kept for the next sign-in. */
export type Purpose = "pages" | "work";

export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly until: number;
}

interface Shelves extends DBSchema {
  notes: { key: string; value: unknown };
  keys: { key: [number, Purpose]; value: { member: number; purpose: Purpose; key: CryptoKey } };
  leases: { key: string; value: Lease };
  drafts: { key: [number, string]; value: Sealed };
  outbox: { key: [number, string]; value: Sealed };
  photos: { key: [number, string]; value: Sealed };
  pages: { key: [number, string]; value: Sealed };
}

export type Database = IDBPDatabase<Shelves>;

export const SHELVES: Shelf[] = ["drafts", "outbox", "photos", "pages"];

/** Whether this browser can keep things safely: a database, and sealing, which there is over TLS (and loopback) only. */
export function canKeep(): boolean {
  return typeof indexedDB !== "undefined" && typeof crypto !== "undefined" && crypto.subtle !== undefined;
}

/** Open the database; a later version of the program that wants to change it is not held up by this page. */
export function openDatabase(name = "visits"): Promise<Database> {
  return openDB<Shelves>(name, 1, {
    upgrade(database) {
      database.createObjectStore("notes");
      database.createObjectStore("keys", { keyPath: ["member", "purpose"] });
      database.createObjectStore("leases", { keyPath: "name" });
      for (const shelf of SHELVES) database.createObjectStore(shelf, { keyPath: ["member", "id"] });
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** All keys of one member on a shelf. */
export function ofMember(member: number): IDBKeyRange {
  return IDBKeyRange.bound([member], [member + 1], false, true);
}
