/** What a table says, as a chart draws it: the table is the only source, so that both always tell the same. */
export type Form = "bar" | "line";

export interface Series {
  readonly name: string;
  readonly tone: string;
  readonly form: Form;
  readonly values: readonly number[];
}

export interface Told {
  readonly names: readonly string[];
  readonly series: readonly Series[];
}

/** A head of the table: a series when it has a tone. */
export interface Head {
  readonly text: string;
  readonly tone?: string | undefined;
  readonly form?: string | undefined;
}

/** A row: its name, and the values of the heads after the first. */
export interface Row {
  readonly name: string;
  readonly values: readonly number[];
}

/** Heads and rows as series. */
export function told(heads: readonly Head[], rows: readonly Row[]): Told {
  const series = heads.flatMap(({ text, tone, form }, index) =>
    tone ? [{ name: text, tone, form: form === "line" ? "line" : "bar", values: rows.map(({ values }) => values[index - 1] ?? 0) } as const] : [],
  );
  return { names: rows.map(({ name }) => name), series };
}

/** The table of a figure. */
export function readTable(table: HTMLTableElement): Told {
  const text = (element: Element | null): string => (element?.textContent ?? "").trim();
  const heads = [...table.querySelectorAll<HTMLElement>("thead th")].map((head) => ({
    text: text(head), tone: head.dataset["tone"], form: head.dataset["series"],
  }));
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => ({
    name: text(row.querySelector("th")),
    values: [...row.querySelectorAll<HTMLElement>("td")].map((cell) => Number(cell.dataset["value"] ?? 0)),
  }));
  return told(heads, rows);
}
