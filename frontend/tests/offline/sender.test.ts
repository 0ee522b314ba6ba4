/** Sending from a phone on which nothing more can be written. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { openDatabase } from "../../offline/database.ts";
import { Line } from "../../offline/line.ts";
import { Outbox } from "../../offline/outbox.ts";
import { Sender } from "../../offline/sender.ts";
import { Turn } from "../../offline/turn.ts";
import { Vault } from "../../offline/vault.ts";
import { setFull } from "./phone.ts";

const PHOTO = { id: "p", sha256: "0", type: "image/jpeg", size: 3, sent: false };

/** A phone of member 1 with one record and its photo, and a server that takes everything; `sent` are the addresses. */
async function phone(name: string) {
  const vault = new Vault(await openDatabase(name), 1);
  const outbox = new Outbox(vault);
  await vault.putBytes("photos", PHOTO.id, new Uint8Array([1, 2, 3]));
  await outbox.save({
    uuid: "u", kind: "visit", title: "", found: "", form: "/", target: { assignment: 1 }, content: { remarks: "一" },
    photos: [PHOTO], base: 0,
  });
  const sent: string[] = [];
  const line = new Line(async (path) => {
    if (path !== "/contact") sent.push(String(path));
    const uuid = String(path).match(/\/(\w+)(\?|$)/)?.[1];
    const photos = sent.filter((one) => one.startsWith("/photos/")).length > 0 ? [PHOTO.id] : [];
    return Response.json({ app: "hengli-visits", member: 1, token: "t", build: "1", uuid, revision: 1, photos });
  });
  return { vault, outbox, sent, sender: new Sender(outbox, line, new Turn(vault.database, null)) };
}

afterEach(() => setFull(false));

test("a full phone sends each thing once in a round, and says that it is cramped", async () => {
  const { outbox, sender, sent, vault } = await phone("full");
  setFull(true);
  const first = await sender.drain();
  assert.deepEqual([first.kind, sent], ["cramped", ["/visits/u", "/photos/p?visit=u"]]);
  assert.equal((await outbox.waiting()).length, 1, "what could not be noted still waits");
  setFull(false);
  const second = await sender.drain();
  assert.equal(second.kind, "done");
  assert.deepEqual([await outbox.waiting(), await vault.ids("photos")], [[], []]);
});

test("once there is no room for the note of a photo, its bytes make some", async () => {
  const { outbox, sender, vault } = await phone("little");
  await outbox.note("u", (entry) => ({ ...entry, photos: [PHOTO, { ...PHOTO, id: "q" }] }));
  await vault.putBytes("photos", "q", new Uint8Array([4]));
  setFull(true);
  await sender.drain();
  setFull(false);
  await sender.drain();
  assert.deepEqual([await outbox.waiting(), await vault.ids("photos")], [[], []]);
});
