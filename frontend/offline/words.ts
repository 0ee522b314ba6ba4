/** The script's texts come with the page, in the page's language: <template id="script-words"><p data-word="…">…</p></template>.
 * Places in them are written {n}. */
export function say(word: string, places: { readonly [name: string]: string | number } = {}): string {
  const words = document.querySelector<HTMLTemplateElement>("#script-words");
  const text = words?.content.querySelector(`[data-word="${word}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? ""));
}

/** A moment on this phone as it is said: 10:32 today, 7月1日 10:32 on another day. The town's zone. */
export function when(moment: number): string {
  const zone = { timeZone: "Asia/Shanghai" } as const;
  const day = (at: number): string => new Date(at).toLocaleDateString("sv-SE", zone);
  const options = day(moment) === day(Date.now()) ? {} : ({ month: "short", day: "numeric" } as const);
  const time = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
  return new Date(moment).toLocaleString(document.documentElement.lang || "zh-CN", { ...zone, ...options, ...time });
}

/** The present on the town's wall clock, as a field for date and time holds it: 2026-06-29T10:00. */
export function townTime(moment = Date.now()): string {
  return new Date(moment).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16).replace(" ", "T");
}

export function size(bytes: number): string {
  const mega = bytes / 1_048_576;
  return mega >= 1024 ? `${(mega / 1024).toFixed(1)} GB` : `${mega < 10 ? mega.toFixed(1) : Math.round(mega)} MB`;
}
