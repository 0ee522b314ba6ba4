/** The visit form and the content that the server's reader takes, each made from the other. */
import type { Fields, Json } from "../offline/entry.ts";
import type { Cards } from "./cards.ts";

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The fields of one card, by the last part of their names: feedback-0-words. */
function partsOf(card: HTMLElement, name: string): Input[] {
  return [...card.querySelectorAll<Input>("input, textarea, select")].filter((one) => one.name.endsWith(`-${name}`));
}

function chosenIn(inputs: readonly Input[]): string | null {
  const chosen = inputs.find((one) => one instanceof HTMLInputElement && one.checked);
  return chosen ? chosen.value : null;
}

const valueIn = (inputs: readonly Input[]): string => inputs[0]?.value ?? "";

/** The cards on which something was entered: the same that the server counts. */
export function filledCards(form: HTMLFormElement): HTMLElement[] {
  return [...form.querySelectorAll<HTMLElement>("[data-said]")].filter(
    (card) =>
      chosenIn(partsOf(card, "nature")) !== null ||
      chosenIn(partsOf(card, "handling")) !== null ||
      [...partsOf(card, "words"), ...partsOf(card, "answer")].some((one) => one.value.trim() !== ""),
  );
}

function saidOn(card: HTMLElement): Fields {
  const category = Number(valueIn(partsOf(card, "category")));
  return {
    uuid: valueIn(partsOf(card, "uuid")),
    nature: chosenIn(partsOf(card, "nature")),
    words: valueIn(partsOf(card, "words")),
    handling: chosenIn(partsOf(card, "handling")),
    category: category > 0 ? category : null,
    answer: valueIn(partsOf(card, "answer")),
  };
}

const named = (form: HTMLFormElement, name: string): Input[] => [
  ...form.querySelectorAll<Input>(`[name="${CSS.escape(name)}"]`),
];

function positionIn(form: HTMLFormElement): Json {
  const [latitude, longitude, accuracy] = ["latitude", "longitude", "accuracy"].map((name) => valueIn(named(form, name)));
  if (!latitude || !longitude) return null;
  return { latitude: Number(latitude), longitude: Number(longitude), accuracy: accuracy ? Number(accuracy) : null };
}

/** What the form holds, as the server reads it. */
export function readForm(form: HTMLFormElement): Fields {
  const companions = named(form, "companions").filter((one) => one instanceof HTMLInputElement && one.checked);
  return {
    outcome: chosenIn(named(form, "outcome")),
    visited_at: valueIn(named(form, "visited_at")),
    appointment_at: valueIn(named(form, "appointment_at")) || null,
    manner: chosenIn(named(form, "manner")),
    companions: companions.map((one) => Number(one.value)),
    companions_text: valueIn(named(form, "companions_text")),
    remarks: valueIn(named(form, "remarks")),
    answers: JSON.parse(form.dataset["answers"] ?? "{}") as Fields,
    position: positionIn(form),
    feedback: filledCards(form).map(saidOn),
  };
}

function put(inputs: readonly Input[], value: Json | undefined): void {
  const wanted = (Array.isArray(value) ? value : [value]).map((one) => (one === null || one === undefined ? "" : String(one)));
  for (const input of inputs) {
    if (input instanceof HTMLInputElement && (input.type === "radio" || input.type === "checkbox")) {
      input.checked = wanted.includes(input.value);
    } else {
      input.value = wanted[0] ?? "";
    }
  }
}

/** Fill the form with content that was kept. */
export function fillForm(form: HTMLFormElement, cards: Cards | null, content: Fields): void {
  const position = (content["position"] ?? {}) as Fields;
  for (const name of ["outcome", "visited_at", "appointment_at", "manner", "companions", "companions_text", "remarks"]) {
    put(named(form, name), content[name]);
  }
  for (const name of ["latitude", "longitude", "accuracy"]) put(named(form, name), position[name]);
  const said = (content["feedback"] ?? []) as readonly Fields[];
  const made = cards?.fresh(said.length) ?? [];
  said.forEach((one, index) => {
    const card = made[index];
    if (!card) return;
    for (const name of ["uuid", "nature", "words", "handling", "category", "answer"]) put(partsOf(card, name), one[name]);
    card.dispatchEvent(new Event("input", { bubbles: false }));
  });
  form.dispatchEvent(new Event("change", { bubbles: false }));
}

/** Where on the form a path of the server's reader stands: feedback.0.words on the first card that is filled. */
export function fieldAt(form: HTMLFormElement, path: string): Input | null {
  const [head = "", index, part = ""] = path.split(".");
  if (head === "household") return named(form, `household-${index ?? ""}`)[0] ?? null;
  if (head !== "feedback") return named(form, head)[0] ?? null;
  const card = filledCards(form)[Number(index)];
  return card ? (partsOf(card, part)[0] ?? null) : null;
}
