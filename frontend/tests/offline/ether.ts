/** The network between a phone and the server, as bad as networks get: requests lost on the way there or back, answered
 * by somebody else, cut, delivered twice, or delivered long after the phone has given up. */
import type { Chance } from "./chance.ts";
import { ask, type Reply } from "./server.ts";

interface Sent {
  readonly phone: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FAILED = (): never => {
  throw new TypeError("Failed to fetch");
};

const FATES = ["lost", "unanswered", "late", "twice", "error", "portal", "cut", "killed"] as const;
const BUSY = [408, 429, 500, 502, 503, 504];

export class Ether {
  /** How much of what is sent meets with something bad; 0 is a perfect network. */
  trouble: number;
  connected = true;
  private readonly chance: Chance;
  private readonly floating: Sent[] = [];

  constructor(chance: Chance, trouble: number) {
    this.chance = chance;
    this.trouble = trouble;
  }

  /** The `fetch` of a phone. */
  fetchOf(phone: string): typeof fetch {
    return async (path, given) => {
      const { method = "GET", headers = {}, body = "" } = given as { method: string; headers: object; body: unknown };
      const text = typeof body === "string" ? body : Buffer.from(body as ArrayBuffer).toString("base64");
      const sent = { phone, method, path: String(path), headers: headers as Record<string, string>, body: text };
      if (!this.connected) return FAILED();
      return this.chance.is(this.trouble) ? this.spoil(sent) : answer(await deliver(sent));
    };
  }

  private async spoil(sent: Sent): Promise<Response> {
    switch (this.chance.one(FATES)) {
      case "lost":
        return FAILED();
      case "unanswered":
        await deliver(sent);
        return FAILED();
      case "late":
        this.floating.push(sent);
        return FAILED();
      case "twice":
        this.floating.push(sent);
        return answer(await deliver(sent));
      case "error":
        return new Response('{"error":"later"}', { status: this.chance.one(BUSY) });
      case "portal":
        return new Response("<html>Please sign in to this network</html>", { status: 200 });
      case "cut": {
        const reply = await deliver(sent);
        return new Response(reply.body.slice(0, reply.body.length / 2), { status: reply.status });
      }
      case "killed":
        await deliver(sent, 1 + this.chance.below(40));
        return FAILED();
    }
  }

  /** Something that was given up long ago arrives after all. */
  async arrive(all = false): Promise<void> {
    do {
      const [sent] = this.floating.splice(this.chance.below(this.floating.length), 1);
      if (sent) await deliver(sent);
    } while (all && this.floating.length > 0);
  }
}

const deliver = (sent: Sent, kill?: number): Promise<Reply> => ask<Reply>({ do: "request", ...sent, kill });

function answer(reply: Reply): Response {
  if (reply.killed) return FAILED();
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}
