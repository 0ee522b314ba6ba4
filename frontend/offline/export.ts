/** All that waits, in one file that a leader can take in: the very bodies that would have been sent, photos beside. */
import type { Entry } from "./entry.ts";
import type { Keeping } from "./keeping.ts";

function base64(bytes: ArrayBuffer): string {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < all.length; at += 0x8000) text += String.fromCharCode(...all.subarray(at, at + 0x8000));
  return btoa(text);
}

async function told(kept: Keeping, entry: Entry): Promise<object> {
  const photos = await Promise.all(
    entry.photos.map(async (photo) => {
      const bytes = photo.sent ? null : await kept.outbox.vault.bytes("photos", photo.id);
      return bytes ? { id: photo.id, sha256: photo.sha256, type: photo.type, data: base64(bytes) } : null;
    }),
  );
  const based = entry.base > 0 ? { based_on: entry.base } : {};
  const sent_at = new Date().toISOString();
  const envelope = { ...entry.target, ...based, sender: kept.member, sent_at, content: entry.content };
  return {
    kind: entry.kind,
    uuid: entry.uuid,
    title: entry.title,
    envelope,
    photos: photos.filter((one) => one !== null),
  };
}

export async function outboxFile(kept: Keeping): Promise<Blob> {
  const waiting = await kept.outbox.waiting();
  const records = await Promise.all(waiting.map((entry) => told(kept, entry)));
  const name = document.documentElement.dataset["memberName"] ?? "";
  const file = {
    format: "hengli-visits-outbox",
    version: 1,
    exported_at: new Date().toISOString(),
    member: { id: kept.member, name },
    records,
  };
  return new Blob([JSON.stringify(file)], { type: "application/json" });
}

/** Hand the file to the browser's downloads. */
export async function exportFile(kept: Keeping): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await outboxFile(kept));
  link.download = `outbox-${kept.member}-${new Date().toISOString().slice(0, 10)}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
