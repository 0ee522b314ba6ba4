/** Plays schedules from a seed on: node model.ts SEED RUNS. Ends at the first that goes wrong, and says its seed. */
import { play } from "./schedule.ts";
import { ask } from "./server.ts";

/** No schedule takes so long, in milliseconds, on however slow a machine: somebody sends without end. */
const ENDLESS = 60_000;

const [seed = 1, runs = 1] = process.argv.slice(2).map(Number);
for (let number = 0; number < runs; number++) {
  let late: ReturnType<typeof setTimeout> | undefined;
  const endless = new Promise<string[]>((done) => (late = setTimeout(() => done(["comes to no end"]), ENDLESS)));
  const played = play(seed + number, number === runs - 1).catch((error: unknown) => [String((error as Error).stack)]);
  const problems = await Promise.race([played, endless]);
  clearTimeout(late);
  if (problems.length === 0) continue;
  await ask({ do: "end", seed: seed + number, problems });
  process.exit(1);
}
await ask({ do: "end", problems: [] });
process.exit(0);
