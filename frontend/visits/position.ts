/** The position, when the visitor wants it kept: asked for by a tap, never by itself. */
export function position(form: HTMLFormElement): void {
  const part = form.querySelector<HTMLElement>("[data-position]");
  const button = part?.querySelector<HTMLButtonElement>("[data-position-take]");
  const said = part?.querySelector<HTMLElement>("[data-position-said]");
  if (!part || !button || !said) return;
  if (!("geolocation" in navigator) || !window.isSecureContext) {
    part.hidden = true;
    return;
  }
  const write = (name: string, value: number): void => {
    const input = part.querySelector<HTMLInputElement>(`input[name=${name}]`);
    if (input) input.value = String(value);
  };
  button.addEventListener("click", () => {
    said.textContent = said.dataset["textBusy"] ?? "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        write("latitude", coords.latitude);
        write("longitude", coords.longitude);
        write("accuracy", coords.accuracy);
        said.textContent = `${said.dataset["textDone"] ?? ""} ${Math.round(coords.accuracy)} ${said.dataset["textUnit"] ?? ""}`;
      },
      () => {
        said.textContent = said.dataset["textFailed"] ?? "";
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}
