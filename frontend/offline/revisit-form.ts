/** The revisit form on a phone that keeps: the same drafts and the same outbox as a visit's. */
import type { Fields } from "./entry.ts";
import { keeping } from "./page-keeping.ts";
import { keepRecord } from "./record-form.ts";
import { say, townTime } from "./words.ts";
import { newUuid } from "../visits/uuid.ts";

type Input = HTMLInputElement | HTMLTextAreaElement;
const CHOICES = ["manner", "solved", "contentment"];

function read(form: HTMLFormElement): Fields {
  const chosen = (name: string): string | null => form.querySelector<Input>(`[name="${name}"]:checked`)?.value ?? null;
  const text = (name: string): string => form.querySelector<Input>(`[name="${name}"]`)?.value ?? "";
  const reached = chosen("reached");
  return {
    at: text("at"),
    reached: reached === null ? null : reached === "yes",
    comment: text("comment"),
    ...Object.fromEntries(CHOICES.map((name) => [name, chosen(name)])),
  };
}

function fill(form: HTMLFormElement, content: Fields): void {
  const choose = (name: string, value: unknown): void => {
    for (const input of form.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)) input.checked = input.value === value;
  };
  choose("reached", content["reached"] === null ? "" : content["reached"] ? "yes" : "no");
  for (const name of CHOICES) choose(name, content[name]);
  for (const name of ["at", "comment"]) {
    const input = form.querySelector<Input>(`[name="${name}"]`);
    if (input) input.value = String(content[name] ?? "");
  }
}

function problems(content: Fields): Record<string, string> {
  if (content["reached"] === null) return { reached: say("need-reached") };
  if (content["reached"] === false) return {};
  return {
    ...(content["solved"] ? {} : { solved: say("need-solved") }),
    ...(content["contentment"] ? {} : { contentment: say("need-contentment") }),
    ...(content["contentment"] === "discontent" && String(content["comment"]).trim() === ""
      ? { comment: say("need-comment") }
      : {}),
  };
}

export function revisitForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-revisit-form]")) void keep(form);
}

async function keep(form: HTMLFormElement): Promise<void> {
  const issue = Number(form.dataset["revisitForm"]);
  if (document.querySelector("[data-error-summary]")) return;
  if ("packed" in document.documentElement.dataset) {
    const set = (name: string, value: string): void => {
      const input = form.querySelector<HTMLInputElement>(`[name="${name}"]`);
      if (input) input.value = value;
    };
    set("uuid", newUuid());
    set("at", townTime());
  }
  const kept = await keeping();
  if (!kept) return;
  await keepRecord(form, kept, {
    kind: "revisit",
    read: () => read(form),
    fill: (content) => fill(form, content),
    target: () => ({ issue }),
    found: () => form.querySelector('[name="reached"]:checked')?.parentElement?.querySelector(".option-text")?.textContent ?? "",
    title: () => form.dataset["title"] ?? "",
    problems: () => problems(read(form)),
    at: (path) => form.querySelector<HTMLElement>(`[name="${path}"]`),
    page: () => `/issues/${issue}`,
    next: "/assignments/mine",
  });
}
