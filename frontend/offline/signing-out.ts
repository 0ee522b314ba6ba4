/** Signing out takes everything of this member off the phone; what is not sent yet is asked about first. */
import { exportFile } from "./export.ts";
import type { Keeping } from "./keeping.ts";
import { LEAVING } from "./leaving.ts";
import { say } from "./words.ts";

async function leave(kept: Keeping, keepWork: boolean): Promise<void> {
  await kept.database.put("notes", Date.now(), LEAVING);
  await kept.forget(keepWork);
  await kept.database.delete("notes", "member");
  await kept.database.delete("notes", "reach");
  const reached = await kept.line.contact(0, null);
  if (reached.kind === "there") await kept.line.post("/sign-out", {});
  if (reached.kind !== "away") await kept.database.delete("notes", LEAVING);
  location.assign("/sign-in");
}

function ask(kept: Keeping, dialog: HTMLDialogElement, count: number): void {
  const write = (part: string, text: string): void => {
    const place = dialog.querySelector<HTMLElement>(`[data-${part}]`);
    if (place) place.textContent = text;
  };
  const press = (part: string, act: () => void): void => {
    const button = dialog.querySelector<HTMLButtonElement>(`[data-${part}]`);
    if (button)
      button.onclick = () => {
        write("leave-said", "");
        act();
      };
  };
  write("leave-count", say("leave-count", { n: count }));
  write("leave-said", "");
  press("leave-send", () => {
    write("leave-said", say("sending"));
    void kept.outbox
      .hurry()
      .then(() => kept.send())
      .then(async () => {
        const left = await kept.outbox.waiting();
        if (left.length === 0) await leave(kept, false);
        else write("leave-said", say("leave-left", { n: left.length }));
      });
  });
  press("leave-keep", () => void leave(kept, true));
  press("leave-export", () => {
    void exportFile(kept).then(() => write("leave-said", say("exported")));
  });
  press("leave-stay", () => dialog.close());
  const form = dialog.querySelector<HTMLFormElement>("[data-leave-discard]");
  const field = form?.querySelector("input");
  if (form && field) {
    form.onsubmit = (event) => {
      event.preventDefault();
      if (field.value.trim() === say("discard-word")) void leave(kept, false);
      else write("leave-said", say("discard-type"));
    };
  }
  dialog.showModal();
}

function leaveDialog(): HTMLDialogElement | null {
  const there = document.querySelector<HTMLDialogElement>("dialog[data-leave]");
  const made = there ?? document.querySelector<HTMLTemplateElement>("#leave")?.content.firstElementChild?.cloneNode(true);
  if (!(made instanceof HTMLDialogElement)) return null;
  if (!there) document.body.append(made);
  return made;
}

export function signingOut(kept: Keeping, root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>('form[action="/sign-out"]')) {
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        event.stopPropagation();
        void kept.outbox.waiting().then((waiting) => {
          const dialog = leaveDialog();
          if (waiting.length > 0 && dialog) ask(kept, dialog, waiting.length);
          else void leave(kept, false);
        });
      },
      { capture: true },
    );
  }
}
