/** What a visit cannot do without, said at the door: who comes to know of it only when the phone has a network again
 * cannot ask any more. The server looks at everything once more. */
import { say } from "../offline/words.ts";
import type { Fields } from "../offline/entry.ts";

export type Problems = Readonly<Record<string, string>>;

export function problemsOf(content: Fields): Problems {
  const found: Record<string, string> = {};
  const need = (path: string, word: string, there: unknown): void => {
    if (!there) found[path] = say(word);
  };
  need("outcome", "need-outcome", content["outcome"]);
  need("visited_at", "need-time", content["visited_at"]);
  if (content["outcome"] === "appointed") need("appointment_at", "need-appointment", content["appointment_at"]);
  ((content["feedback"] ?? []) as readonly Fields[]).forEach((said, index) => {
    need(`feedback.${index}.nature`, "need-nature", said["nature"]);
    need(`feedback.${index}.words`, "need-words", String(said["words"] ?? "").trim());
    if (said["nature"] !== "praise") need(`feedback.${index}.handling`, "need-handling", said["handling"]);
  });
  return found;
}

export function householdProblems(household: Fields): Problems {
  return {
    ...(household["name"] ? {} : { "household.name": say("need-name") }),
    ...(household["area"] ? {} : { "household.area": say("need-area") }),
  };
}
