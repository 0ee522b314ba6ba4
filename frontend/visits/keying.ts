/** While a line of a paper sheet is typed: whose code this is, as soon as it can be told. What is typed into a field that
 * was refused takes the place of what stood there. */
const QUIET = 200;
const SHORTEST = 5;

export function keyingForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-keying]")) {
    const field = form.querySelector<HTMLInputElement>('input[name="code"]');
    const told = form.querySelector<HTMLElement>("[data-keying-who]");
    const address = new URL(form.dataset["keying"] ?? "", location.href);
    if (!field || !told) continue;
    const refused = form.querySelector<HTMLInputElement>('input[aria-invalid="true"]');
    if (refused === document.activeElement) refused?.select();
    else refused?.addEventListener("focus", () => refused.select(), { once: true });
    let pending: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const code = field.value.trim();
      const enough = code.length >= SHORTEST || (code !== "" && address.searchParams.has("pair"));
      if (!enough) return tell("", true);
      address.searchParams.set("code", code);
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok || field.value.trim() !== code) return;
      const { text, found } = (await answer.json()) as { text: string; found: boolean };
      tell(text, found);
    };
    const tell = (text: string, found: boolean): void => {
      told.textContent = text;
      told.classList.toggle("keying-unknown", !found);
    };
    field.addEventListener("input", () => {
      clearTimeout(pending);
      pending = setTimeout(() => void ask(), QUIET);
    });
  }
}
