/** How much room the phone has left. */
const RESERVE = 5 * 1024 * 1024;

export interface Room {
  readonly used: number;
  readonly whole: number;
}

export async function room(): Promise<Room | null> {
  const told = await navigator.storage?.estimate?.().catch(() => null);
  return told?.quota ? { used: told.usage ?? 0, whole: told.quota } : null;
}

/** Whether so many bytes fit, with some left over for the records themselves. */
export async function hasRoom(bytes: number): Promise<boolean> {
  const now = await room();
  return now === null || now.whole - now.used > bytes * 2 + RESERVE;
}

/** Ask the browser once not to throw away what lies here when the phone runs short. */
export async function askToStay(): Promise<boolean> {
  if (!navigator.storage?.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}
