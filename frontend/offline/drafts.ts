/** What is being written and not yet saved: laid down within a second of each input, and still there when the phone has
 * killed the browser. One form has one draft, in however many tabs it is open. */
import type { Entry, Fields, Photo } from "./entry.ts";
import type { Vault } from "./vault.ts";

export interface Draft {
  /** The UUID that the record will have. */
  readonly uuid: string;
  readonly base: number;
  readonly content: Fields | null;
  readonly photos: readonly Photo[];
  readonly at: number;
}

/** The place of a form's draft; a record that is opened again from the outbox has one of its own. */
export function placeOf(form: string, entry: string | null): string {
  return entry ? `${form}#${entry}` : form;
}

export class Drafts {
  private readonly vault: Vault;

  constructor(vault: Vault) {
    this.vault = vault;
  }

  /** The draft of a form, begun when there is none: whoever opens the form first decides on the UUID. */
  async open(place: string, uuid: string, base: number, entry: Entry | null): Promise<Draft> {
    const begun = { uuid, base, content: entry?.content ?? null, photos: entry?.photos ?? [], at: Date.now() };
    return (await this.vault.change<Draft>("drafts", place, (now) => (now ? undefined : begun))) ?? begun;
  }

  async write(place: string, uuid: string, content: Fields): Promise<void> {
    await this.vault.change<Draft>("drafts", place, (now) =>
      now?.uuid === uuid ? { ...now, content, at: Date.now() } : undefined,
    );
  }

  /** Lay a photo's bytes down, then its name into the draft. Fails (QuotaExceededError) when the phone is full. */
  async addPhoto(place: string, photo: Photo, bytes: ArrayBuffer): Promise<void> {
    await this.vault.putBytes("photos", photo.id, bytes);
    await this.photos(place, (photos) => [...photos.filter((one) => one.id !== photo.id), photo]);
  }

  async removePhoto(place: string, id: string): Promise<void> {
    await this.photos(place, (photos) => photos.filter((one) => one.id !== id));
  }

  private async photos(place: string, change: (photos: readonly Photo[]) => readonly Photo[]): Promise<void> {
    await this.vault.change<Draft>("drafts", place, (now) =>
      now ? { ...now, photos: change(now.photos), at: Date.now() } : undefined,
    );
  }

  get(place: string): Promise<Draft | null> {
    return this.vault.get<Draft>("drafts", place);
  }

  /** The draft has become a record, or was thrown away. */
  async close(place: string): Promise<void> {
    await this.vault.remove("drafts", place);
  }

  /** Take away photos that belong to nothing, once they were found so twice, some minutes apart: a photo lies down just
   * before its name does. */
  async sweep(entries: readonly Entry[]): Promise<void> {
    const drafts = await this.vault.all<Draft>("drafts");
    const used = new Set([...entries, ...drafts].flatMap((one) => one.photos.map((photo) => photo.id)));
    const lost = (await this.vault.ids("photos")).filter((id) => !used.has(id));
    const note = `lost ${this.vault.member}`;
    const before = (await this.vault.database.get("notes", note)) as Lost | undefined;
    if (before && Date.now() - before.at < SETTLING) return;
    await this.vault.remove("photos", ...lost.filter((id) => before?.ids.includes(id)));
    await this.vault.database.put("notes", { at: Date.now(), ids: lost } satisfies Lost, note);
  }
}

interface Lost {
  readonly at: number;
  readonly ids: readonly string[];
}

const SETTLING = 10 * 60_000;
