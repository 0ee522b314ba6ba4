/** Photos from camera and album gather in one place, are shown small, and can be taken out again before saving. Where the
 * phone keeps them (`Keeper`) they are made small and laid down at once; else they wait in the form's own field. */
import { say } from "../offline/words.ts";

const MOST_BYTES = 24 * 1024 * 1024;
export const MOST = 20;

export interface Shot {
  readonly id: string;
  readonly picture: Blob;
}

/** Where photos are kept: gives what can be shown, or a sentence why not. */
export interface Keeper {
  add(file: File): Promise<Shot | string>;
  remove(id: string): Promise<void>;
}

export interface Shots {
  keepIn(keeper: Keeper, shots: readonly Shot[]): void;
}

/** A keeper that holds files in the form's field, to go with a plain submit. */
function fieldKeeper(field: HTMLInputElement): Keeper {
  const files = new Map<string, File>();
  const show = (): void => {
    const kept = new DataTransfer();
    for (const file of files.values()) kept.items.add(file);
    field.files = kept.files;
  };
  let next = 0;
  return {
    async add(file) {
      const bytes = [...files.values()].reduce((sum, one) => sum + one.size, file.size);
      if (bytes > MOST_BYTES || files.size >= MOST) return field.form?.querySelector("[data-shots-error] span")?.textContent ?? "";
      const id = String((next += 1));
      files.set(id, file);
      show();
      return { id, picture: file };
    },
    async remove(id) {
      files.delete(id);
      show();
    },
  };
}

export function shots(form: HTMLFormElement): Shots | null {
  const inputs = [...form.querySelectorAll<HTMLInputElement>("[data-shots-add]")];
  const field = form.querySelector<HTMLInputElement>("[data-shots-kept]");
  const list = form.querySelector<HTMLElement>("[data-shots]");
  const error = form.querySelector<HTMLElement>("[data-shots-error]");
  if (!field || !list || typeof DataTransfer === "undefined") return null;
  let keeper = fieldKeeper(field);
  let kept: Shot[] = [];

  const show = (): void => {
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...kept.map(preview));
    list.hidden = kept.length === 0;
  };
  const preview = (shot: Shot, index: number): HTMLElement => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const remove = document.createElement("button");
    image.src = URL.createObjectURL(shot.picture);
    image.alt = say("photo", { n: index + 1 });
    remove.type = "button";
    remove.className = "visit-shot-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${list.dataset["remove"] ?? ""} ${index + 1}`);
    remove.addEventListener("click", () => {
      kept = kept.filter((other) => other !== shot);
      show();
      void keeper.remove(shot.id);
    });
    item.append(image, remove);
    return item;
  };
  const add = async (files: readonly File[]): Promise<void> => {
    let refused = "";
    list.setAttribute("aria-busy", "true");
    for (const file of files) {
      const shot = kept.length < MOST ? await keeper.add(file) : say("photos-many", { n: MOST });
      if (typeof shot === "string") refused = shot;
      else if (!kept.some((one) => one.id === shot.id)) kept = [...kept, shot];
      show();
    }
    list.removeAttribute("aria-busy");
    if (!error) return;
    error.hidden = refused === "";
    const text = error.querySelector("span");
    if (text && refused) text.textContent = refused;
  };
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      // The field that goes with a plain submit is filled by its keeper; what was chosen in it is in `files`.
      input.value = "";
      void add(files);
    });
  }
  return {
    keepIn(other, shown) {
      keeper = other;
      kept = [...shown];
      for (const input of inputs) input.removeAttribute("name");
      show();
    },
  };
}
