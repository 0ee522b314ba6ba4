/** The visit form on a phone that keeps: drafts, photos and the record itself lie here before they are sent. */
import type { Fields, Photo, Target } from "../offline/entry.ts";
import type { Keeping } from "../offline/keeping.ts";
import { keeping } from "../offline/page-keeping.ts";
import { isFull } from "../offline/outbox.ts";
import { keepRecord, type Opened, type Shape } from "../offline/record-form.ts";
import { shrink } from "../offline/shrink.ts";
import { hasRoom } from "../offline/room.ts";
import { say, townTime } from "../offline/words.ts";
import type { Cards } from "./cards.ts";
import { householdProblems, problemsOf } from "./checks.ts";
import { fieldAt, fillForm, readForm } from "./content.ts";
import type { Keeper, Shot, Shots } from "./shots.ts";
import { newUuid } from "./uuid.ts";

const HOUSEHOLD = ["uuid", "name", "area", "street", "door", "phone", "category"];

function householdOf(form: HTMLFormElement, campaign: number): Fields & { uuid: string } {
  const value = (name: string): string =>
    form.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="household-${name}"]`)?.value.trim() ?? "";
  const texts = Object.fromEntries(HOUSEHOLD.map((name) => [name, value(name)]));
  return { ...texts, uuid: value("uuid"), area: Number(value("area")) || null, campaign };
}

/** A page that was made a while ago, for any visit, begins this one: now, under a UUID of its own. */
function begin(form: HTMLFormElement, revises: boolean): void {
  if (revises) return;
  const set = (name: string, value: string): void => {
    const input = form.querySelector<HTMLInputElement>(`[name="${name}"]`);
    if (input) input.value = value;
  };
  set("uuid", newUuid());
  set("household-uuid", newUuid());
  set("visited_at", townTime());
  for (const input of form.querySelectorAll<HTMLInputElement>("[data-said-uuid]")) input.value = newUuid();
  const outcome = new URLSearchParams(location.search).get("outcome");
  const choice = outcome && form.querySelector<HTMLInputElement>(`[name="outcome"][value="${CSS.escape(outcome)}"]`);
  if (choice) choice.checked = true;
}

function shapeOf(form: HTMLFormElement, cards: Cards | null): Shape {
  const doorstep = form.querySelector<HTMLElement>("[data-doorstep]");
  const campaign = Number(doorstep?.dataset["campaign"] ?? "");
  const assignment = Number(form.dataset["assignment"] ?? "");
  const target = (): Target => (doorstep ? { household: householdOf(form, campaign) } : { assignment });
  const title = (): string => {
    if (!doorstep) return form.dataset["title"] ?? "";
    const { name, street, door } = householdOf(form, campaign);
    return [name, [street, door].filter((part) => part).join(" ")].filter((part) => part).join(" · ");
  };
  return {
    kind: "visit",
    read: () => (doorstep ? { ...readForm(form), household: householdOf(form, campaign) } : readForm(form)),
    fill: (content) => {
      fillForm(form, cards, content);
      const household = (content["household"] ?? {}) as Fields;
      for (const name of doorstep ? HOUSEHOLD : []) {
        const input = form.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="household-${name}"]`);
        if (input) input.value = String(household[name] ?? "");
      }
    },
    target,
    found: () => form.querySelector('[name="outcome"]:checked')?.parentElement?.querySelector(".option-text")?.textContent ?? "",
    title,
    problems: () => ({
      ...(doorstep ? householdProblems(householdOf(form, campaign)) : {}),
      ...problemsOf(readForm(form)),
    }),
    at: (path) => fieldAt(form, path),
    page: (uuid) => `/visits/${uuid}`,
    next: form.dataset["next"] ?? "/assignments/mine",
  };
}

function keeperOf(kept: Keeping, opened: Opened): Keeper {
  return {
    async add(file) {
      const small = await shrink(file);
      if (!small) return say("photo-unread");
      if (!(await hasRoom(small.bytes.byteLength))) return say("full-photo");
      const photo: Photo = {
        id: newUuid(),
        sha256: small.sha256,
        type: small.type,
        size: small.bytes.byteLength,
        sent: false,
      };
      try {
        await kept.drafts.addPhoto(opened.place, photo, small.bytes);
      } catch (error) {
        return say(isFull(error) ? "full-photo" : "not-kept");
      }
      return { id: photo.id, picture: new Blob([small.bytes], { type: small.type }) };
    },
    remove: (id) => kept.drafts.removePhoto(opened.place, id),
  };
}

async function shotsOf(kept: Keeping, photos: readonly Photo[]): Promise<Shot[]> {
  const found = await Promise.all(
    photos.map(async (photo) => {
      const bytes = await kept.outbox.vault.bytes("photos", photo.id);
      return bytes ? { id: photo.id, picture: new Blob([bytes], { type: photo.type }) } : null;
    }),
  );
  return found.filter((one) => one !== null);
}

export async function keepVisit(form: HTMLFormElement, cards: Cards | null, shots: Shots | null): Promise<void> {
  const revises = Boolean(form.querySelector<HTMLInputElement>('[name="based_on"]')?.value);
  const packed = "packed" in document.documentElement.dataset;
  // A form that the server has just refused is sent to the server again, as it came.
  if (document.querySelector("[data-error-summary]")) return;
  if (packed) begin(form, revises);
  const kept = await keeping();
  if (!kept) return;
  const opened = await keepRecord(form, kept, shapeOf(form, cards));
  if (!opened) return;
  shots?.keepIn(keeperOf(kept, opened), await shotsOf(kept, opened.draft.photos));
}

