/** Sealed shelves: what lies there can be read on this phone, in this browser, by this member's key alone (AES-GCM, key
 * not extractable). A key that is dropped makes its things unreadable for good. */
import { ofMember, SHELVES, type Database, type Purpose, type Sealed, type Shelf } from "./database.ts";

const ALGORITHM = "AES-GCM";
const purposeOf = (shelf: Shelf): Purpose => (shelf === "pages" ? "pages" : "work");

export class Vault {
  private readonly keys = new Map<Purpose, CryptoKey>();
  readonly database: Database;
  readonly member: number;

  constructor(database: Database, member: number) {
    this.database = database;
    this.member = member;
  }

  /** The member's key, made at the first need; of two tabs that make one at once, one's is kept for both. */
  private async key(purpose: Purpose): Promise<CryptoKey> {
    const known = this.keys.get(purpose);
    if (known) return known;
    const place: [number, Purpose] = [this.member, purpose];
    let kept = await this.database.get("keys", place);
    if (!kept) {
      const key = await crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
      const turn = this.database.transaction("keys", "readwrite");
      kept = await turn.store.get(place);
      const made = kept ?? { member: this.member, purpose, key };
      await Promise.all([kept ? null : turn.store.put(made), turn.done]);
      kept = made;
    }
    this.keys.set(purpose, kept.key);
    return kept.key;
  }

  private async seal(shelf: Shelf, id: string, plain: BufferSource): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const box = await crypto.subtle.encrypt({ name: ALGORITHM, iv }, await this.key(purposeOf(shelf)), plain);
    return { member: this.member, id, iv, box };
  }

  /** The bytes of a sealed thing; null when they were sealed with a key that is gone. */
  private async unseal(shelf: Shelf, sealed: Sealed | undefined): Promise<ArrayBuffer | null> {
    if (!sealed) return null;
    const key = await this.key(purposeOf(shelf));
    return crypto.subtle.decrypt({ name: ALGORITHM, iv: sealed.iv }, key, sealed.box).catch(() => null);
  }

  async bytes(shelf: Shelf, id: string): Promise<ArrayBuffer | null> {
    return this.unseal(shelf, await this.database.get(shelf, [this.member, id]));
  }

  async putBytes(shelf: Shelf, id: string, plain: BufferSource): Promise<void> {
    await this.database.put(shelf, await this.seal(shelf, id, plain));
  }

  async get<T>(shelf: Shelf, id: string): Promise<T | null> {
    return parsed<T>(await this.bytes(shelf, id));
  }

  async all<T>(shelf: Shelf): Promise<T[]> {
    const sealed = await this.database.getAll(shelf, ofMember(this.member));
    const plain = await Promise.all(sealed.map((one) => this.unseal(shelf, one)));
    return plain.map((one) => parsed<T>(one)).filter((one) => one !== null);
  }

  async ids(shelf: Shelf): Promise<string[]> {
    return (await this.database.getAllKeys(shelf, ofMember(this.member))).map(([, id]) => id);
  }

  /** Change a thing as nobody else changed it meanwhile: `edit` sees it as it is (null: not there) and gives what it
   * shall be, null to take it away, undefined to leave it. It may be asked again when another tab was faster. */
  async change<T>(shelf: Shelf, id: string, edit: (now: T | null) => T | null | undefined): Promise<T | null> {
    for (;;) {
      const place: [number, string] = [this.member, id];
      const sealed = await this.database.get(shelf, place);
      const now = parsed<T>(await this.unseal(shelf, sealed));
      const wanted = edit(now);
      if (wanted === undefined) return now;
      const next = wanted === null ? null : await this.seal(shelf, id, written(wanted));
      const turn = this.database.transaction(shelf, "readwrite");
      const present = await turn.store.get(place);
      const undisturbed = String(present?.iv) === String(sealed?.iv);
      const done = !undisturbed ? null : next ? turn.store.put(next) : turn.store.delete(place);
      await Promise.all([done, turn.done]);
      if (undisturbed) return wanted;
    }
  }

  async remove(shelf: Shelf, ...ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const turn = this.database.transaction(shelf, "readwrite");
    await Promise.all([...ids.map((id) => turn.store.delete([this.member, id])), turn.done]);
  }

  /** Put many things on a shelf and take others away, all or nothing. */
  async replace(shelf: Shelf, put: readonly (readonly [string, BufferSource])[], gone: readonly string[]): Promise<void> {
    const sealed: Sealed[] = [];
    // One after the other, so that a phone goes on answering its owner meanwhile.
    for (const [id, plain] of put) sealed.push(await this.seal(shelf, id, plain));
    const turn = this.database.transaction(shelf, "readwrite");
    const laid = sealed.map((one) => turn.store.put(one));
    const away = gone.map((id) => turn.store.delete([this.member, id]));
    await Promise.all([...laid, ...away, turn.done]);
  }

  /** Take away all that lies on these shelves. With `purpose` the key goes too. */
  async wipe(shelves: readonly Shelf[], purpose?: Purpose): Promise<void> {
    const every: (Shelf | "keys")[] = [...SHELVES, "keys"];
    const turn = this.database.transaction(every, "readwrite");
    const emptied = shelves.map((shelf) => turn.objectStore(shelf).delete(ofMember(this.member)));
    const dropped = purpose ? turn.objectStore("keys").delete([this.member, purpose]) : null;
    await Promise.all([...emptied, dropped, turn.done]);
    if (purpose) this.keys.delete(purpose);
  }
}

const written = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

function parsed<T>(plain: ArrayBuffer | null): T | null {
  return plain === null ? null : (JSON.parse(new TextDecoder().decode(plain)) as T);
}
