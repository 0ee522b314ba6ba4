/** Work that is done aside: how far it is, told as it goes; the page is loaded anew once it is over. */
const OFTEN = 1_000;

interface Told {
  readonly state: string;
  readonly said: string;
  readonly done: number;
  readonly total: number;
}

export function progress(root: ParentNode): void {
  const place = root.querySelector<HTMLElement>("[data-progress]");
  const address = place?.dataset["progress"];
  if (!place || !address) return;
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-progress-said]");
  const look = async (): Promise<void> => {
    const told = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then((answer) => (answer.ok ? (answer.json() as Promise<Told>) : null))
      .catch(() => null);
    if (told && told.state !== place.dataset["state"]) {
      location.reload();
      return;
    }
    if (told && words && words.textContent !== told.said) words.textContent = told.said;
    if (told && bar && told.total > 0) {
      bar.max = told.total;
      bar.value = told.done;
    }
    setTimeout(() => void look(), OFTEN);
  };
  setTimeout(() => void look(), OFTEN);
}
