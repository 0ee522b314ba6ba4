/** One record in the outbox, and what may become of it. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Fields = { readonly [name: string]: Json };

/** What a record is about: a household of the round, one met at the door that is on no list, or an issue. */
export type Target =
  | { readonly assignment: number }
  | { readonly household: Fields & { readonly uuid: string } }
  | { readonly issue: number };

export type Kind = "visit" | "revisit";

/** A photo: its bytes lie in the vault under its id until the server has them. */
export interface Photo {
  readonly id: string;
  readonly sha256: string;
  readonly type: string;
  readonly size: number;
  readonly sent: boolean;
}

/** What went over the line and may have arrived. Until an answer tells, it is sent again just so, before anything newer:
 * then the server knows what a newer wording is based on. */
export interface Wire {
  readonly edit: number;
  readonly base: number;
  readonly target: Target;
  readonly content: Fields;
}

export interface Entry {
  readonly uuid: string;
  readonly kind: Kind;
  /** Whom it is about, in words: 钟林锡 · 一巷 3号. */
  readonly title: string;
  /** What was found, in words: 已见面. */
  readonly found: string;
  /** The page on which it is written. */
  readonly form: string;
  readonly target: Target;
  readonly content: Fields;
  readonly photos: readonly Photo[];
  /** The server's revision on which the content is based; 0 when there is none that the phone knows of. */
  readonly base: number;
  /** Counts what was saved here. */
  readonly edit: number;
  /** Whether the content still has to be sent. */
  readonly fresh: boolean;
  readonly wire: Wire | null;
  /** Set aside: the server said what is wrong, and a person has to look. */
  readonly refused: boolean;
  /** Both wordings are on the server, and a leader decides. */
  readonly clash: boolean;
  readonly errors: { readonly [path: string]: string };
  readonly message: string;
  readonly savedAt: number;
  readonly triedAt: number | null;
  readonly sentAt: number | null;
  readonly tries: number;
  /** Not to be tried before this moment. */
  readonly next: number;
}

/** What a form saves. */
export interface Saving {
  readonly uuid: string;
  readonly kind: Kind;
  readonly title: string;
  readonly found: string;
  readonly form: string;
  readonly target: Target;
  readonly content: Fields;
  readonly photos: readonly Photo[];
  readonly base: number;
}

export const isSent = (entry: Entry): boolean => !entry.fresh && entry.photos.every((photo) => photo.sent);

export const isWaiting = (entry: Entry): boolean => !isSent(entry);

/** How many things wait: records, and photos of records that have arrived. */
export function unsent(entries: readonly Entry[]): number {
  return entries.filter(isWaiting).length;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The entry once a form was saved: a new one, or the same record once more, which then counts as edited. */
export function saved(now: Entry | null, saving: Saving, at: number): Entry {
  const changed = now === null || now.refused || !same([now.content, now.target], [saving.content, saving.target]);
  return {
    ...saving,
    photos: saving.photos.map((photo) => now?.photos.find((known) => known.id === photo.id) ?? photo),
    base: Math.max(saving.base, now?.base ?? 0),
    edit: (now?.edit ?? 0) + 1,
    fresh: changed || now.fresh,
    wire: now?.wire ?? null,
    refused: false,
    clash: false,
    errors: {},
    message: "",
    savedAt: at,
    triedAt: now?.triedAt ?? null,
    sentAt: null,
    tries: 0,
    next: 0,
  };
}

/** What is to be sent: what may have arrived already, else the newest content. */
export function wireOf(entry: Entry): Wire {
  const { edit, base, target, content } = entry;
  return entry.wire ?? { edit, base, target, content };
}

/** The server has what the wire held. `revision` is the number under which it has it. */
export function arrived(entry: Entry, wire: Wire, revision: number, there: readonly string[], at: number): Entry {
  const fresh = entry.fresh && entry.edit !== wire.edit;
  const photos = entry.photos.map((photo) => (there.includes(photo.id) ? { ...photo, sent: true } : photo));
  return settled({ ...entry, base: Math.max(entry.base, revision), wire: null, fresh, photos, tries: 0, next: 0 }, at);
}

/** Both wordings are on the server; nothing more is to be sent of this one. */
export function clashed(entry: Entry, wire: Wire, message: string, at: number): Entry {
  const fresh = entry.fresh && entry.edit !== wire.edit;
  return settled({ ...entry, wire: null, fresh, clash: true, message, base: Math.max(entry.base, 1) }, at);
}

/** The server will not take what the wire held; a newer wording is tried on its own. */
export function turnedDown(
  entry: Entry,
  wire: Wire,
  message: string,
  errors: { readonly [path: string]: string },
  at: number,
): Entry {
  if (entry.edit !== wire.edit) return { ...entry, wire: null };
  return { ...entry, wire: null, refused: true, message, errors, triedAt: at };
}

export function photoSent(entry: Entry, id: string, at: number): Entry {
  const photos = entry.photos.map((photo) => (photo.id === id ? { ...photo, sent: true } : photo));
  return settled({ ...entry, photos, tries: 0, next: 0 }, at);
}

function settled(entry: Entry, at: number): Entry {
  return isSent(entry) ? { ...entry, refused: false, errors: {}, triedAt: at, sentAt: at } : { ...entry, triedAt: at };
}

const FIRST = 1_000;
const LONGEST = 300_000;

/** How long to wait before the next try, in milliseconds: 1 s doubling to 5 min, with up to a half of it by chance, so
 * that a village's phones do not all come back at once. */
export function pause(tries: number, chance: number): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(tries, 20));
  return Math.round(whole * (0.5 + chance / 2));
}

/** Whether it is an entry's turn. One that a clock gone wrong has put off for longer than anything waits is due too. */
export function isDue(entry: Entry, now: number): boolean {
  return entry.next <= now || entry.next > now + LONGEST * 2;
}

export function later(entry: Entry, message: string, at: number, chance: number): Entry {
  return { ...entry, message, triedAt: at, tries: entry.tries + 1, next: at + pause(entry.tries, chance) };
}
