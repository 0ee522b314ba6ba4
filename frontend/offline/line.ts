/** The line to the server. The browser's word that it is online is never believed: an answer counts when its body says
 * what ours would say, anything else (a hotel's sign-in page, a cut answer) is no answer. */
import type { Fields } from "./entry.ts";

/** An answer, with its body when that was JSON; `null` for none that can be believed. */
export interface Answer {
  readonly status: number;
  readonly body: Fields;
  /** The token that went along is an old one: somebody signed in anew. */
  readonly staleToken: boolean;
}

/** What the server says of itself and of who is signed in. */
export interface Contact {
  readonly member: number;
  readonly token: string;
  readonly build: string;
}

export type Reached =
  | { readonly kind: "there"; readonly contact: Contact }
  | { readonly kind: "away" }
  /** Nobody is signed in. `ended`: the device was signed out from elsewhere, so that nothing may stay on it. */
  | { readonly kind: "signed-out"; readonly ended: boolean };

const RECORD = 30_000;
const PHOTO = 180_000;
export const CONTACT = 8_000;

export class Line {
  token = "";
  private readonly fetch: typeof fetch;

  constructor(fetching: typeof fetch = (...given) => fetch(...given)) {
    this.fetch = fetching;
  }

  /** Ask whether the server is there and who is signed in, and tell how much waits here. */
  async contact(unsent: number, oldest: number | null): Promise<Reached> {
    const told = { unsent, oldest: oldest === null ? null : new Date(oldest).toISOString() };
    const answer = await this.request("POST", "/contact", JSON.stringify(told), {}, CONTACT);
    if (answer?.body["app"] !== "hengli-visits") return { kind: "away" };
    const { member, token, build, ended } = answer.body;
    if (answer.status === 401) return { kind: "signed-out", ended: ended === true };
    if (typeof member !== "number" || typeof token !== "string") return { kind: "away" };
    this.token = token;
    return { kind: "there", contact: { member, token, build: String(build) } };
  }

  put(path: string, body: Fields): Promise<Answer | null> {
    return this.request("PUT", path, JSON.stringify(body), {}, RECORD);
  }

  putPhoto(path: string, bytes: ArrayBuffer, type: string, sha256: string): Promise<Answer | null> {
    return this.request("PUT", path, bytes, { "Content-Type": type, "X-Content-SHA256": sha256 }, PHOTO);
  }

  post(path: string, body: Fields): Promise<Answer | null> {
    return this.request("POST", path, JSON.stringify(body), {}, RECORD);
  }

  /** An answer in lines of JSON, as lines; null when there was none. */
  async postForLines(path: string, body: Fields, timeout: number): Promise<string[] | null> {
    const answer = await this.ask("POST", path, JSON.stringify(body), {}, timeout, (response) => response.text());
    return answer?.response.status === 200 ? answer.said.split("\n") : null;
  }

  private async request(
    method: string,
    path: string,
    body: string | ArrayBuffer,
    headers: Record<string, string>,
    timeout: number,
  ): Promise<Answer | null> {
    const answer = await this.ask(method, path, body, headers, timeout, (response) => response.json() as Promise<unknown>);
    if (!answer || !isFields(answer.said)) return null;
    const { status, headers: told } = answer.response;
    return { status, body: answer.said, staleToken: told.get("X-Token") === "old" };
  }

  private async ask<T>(
    method: string,
    path: string,
    body: string | ArrayBuffer,
    headers: Record<string, string>,
    timeout: number,
    read: (response: Response) => Promise<T>,
  ): Promise<{ response: Response; said: T } | null> {
    const patience = new AbortController();
    const clock = setTimeout(() => patience.abort(), timeout);
    try {
      const response = await this.fetch(path, {
        method,
        body,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          ...(this.token ? { "X-CSRFToken": this.token } : {}),
          ...headers,
        },
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
        signal: patience.signal,
      });
      return { response, said: await read(response) };
    } catch {
      return null;
    } finally {
      clearTimeout(clock);
    }
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
