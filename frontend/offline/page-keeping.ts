/** The store of the page that is open: of the member whose page it is. */
import { canKeep, openDatabase } from "./database.ts";
import { arrive, Keeping } from "./keeping.ts";
import { LEAVING } from "./leaving.ts";

let opened: Promise<Keeping | null> | null = null;

/** The store for the member whose page this is; null on pages of nobody, and where a browser cannot keep things. */
export function keeping(): Promise<Keeping | null> {
  opened ??= open().catch(() => null);
  return opened;
}

async function open(): Promise<Keeping | null> {
  const member = Number(document.documentElement.dataset["member"] ?? "");
  if (!member || !canKeep()) return null;
  const database = await openDatabase();
  const kept = new Keeping(database, member);
  if (await database.get("notes", LEAVING)) {
    // Signed out without a network, and the server has not heard of it: it does before anything is shown or kept.
    const reached = await kept.line.contact(0, null);
    if (reached.kind === "there") await kept.line.post("/sign-out", {});
    if (reached.kind !== "away") await database.delete("notes", LEAVING);
    location.replace("/sign-in");
    return null;
  }
  await arrive(database, member);
  return kept;
}
