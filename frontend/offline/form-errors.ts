/** What is wrong, beside the fields and summed up on top: the same marks as the server's pages have. */
import { say } from "./words.ts";

type Found = Readonly<Record<string, string>>;

function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function warning(): Node {
  const icon = document.querySelector<HTMLTemplateElement>("#warn-icon");
  return icon ? icon.content.cloneNode(true) : document.createTextNode("");
}

/** What a field is called where its problem stands apart from it: "问题解决了吗：". */
function named(input: HTMLElement): string {
  const label = input.closest("fieldset, .field")?.querySelector(":scope > legend, :scope > label, :scope > .field-label");
  const text = label?.firstChild?.textContent?.trim().replace(/[？?]$/, "") ?? "";
  return text && text + say("colon");
}

export function clearErrors(form: HTMLFormElement): void {
  for (const mark of document.querySelectorAll("[data-error-summary], [data-error-here]")) mark.remove();
  for (const field of form.querySelectorAll(".field-bad")) field.classList.remove("field-bad");
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** Show the problems by their paths; what has no field stands in the summary alone. Puts the focus on the summary. */
export function showErrors(form: HTMLFormElement, problems: Found, at: (path: string) => HTMLElement | null): void {
  clearErrors(form);
  const list = document.createElement("ul");
  Object.entries(problems).forEach(([path, text], number) => {
    const input = at(path);
    const line = document.createElement("li");
    list.append(line);
    if (!input) {
      line.textContent = text;
      return;
    }
    input.id ||= `bad-${number}`;
    const link = document.createElement("a");
    link.href = `#${input.id}`;
    link.textContent = named(input) + text;
    line.append(link);
    mark(input, text, number);
  });
  const summary = element("div", "error-summary");
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  summary.dataset["errorSummary"] = "";
  const title = element("h2", "error-summary-title", say("some-wrong"));
  title.prepend(warning());
  summary.append(title, list);
  form.before(summary);
  if (!document.title.startsWith(say("bad"))) document.title = say("bad") + document.title;
  summary.focus();
  summary.scrollIntoView({ block: "center" });
}

function mark(input: HTMLElement, text: string, number: number): void {
  const field = input.closest<HTMLElement>("fieldset, .field");
  const line = element("p", "field-error");
  const said = document.createElement("span");
  said.textContent = text;
  line.append(warning(), said);
  line.dataset["errorHere"] = "";
  line.id = `bad-${number}-error`;
  input.setAttribute("aria-invalid", "true");
  const described = field?.matches("fieldset") ? field : input;
  described.setAttribute("aria-describedby", line.id);
  field?.classList.add("field-bad");
  field?.querySelector(":scope > legend, :scope > label, :scope > .field-label")?.after(line);
  const folded = field?.closest("details");
  if (folded) folded.open = true;
}
