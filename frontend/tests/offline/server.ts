/** The other end of the pipe: the real Flask app, asked line by line in JSON by standard output, answering by standard
 * input (tests/offline/model_server.py). */
import { createInterface } from "node:readline";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The server died while it was at it: no answer. */
  readonly killed?: boolean;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let last: Promise<unknown> = Promise.resolve();

/** Ask for something to be done over there; one thing at a time, in the order of asking. */
export function ask<T>(question: object): Promise<T> {
  const turn = last.then(async () => {
    process.stdout.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("the server's end of the pipe is closed");
    return JSON.parse(value) as T;
  });
  last = turn.catch(() => undefined);
  return turn;
}
