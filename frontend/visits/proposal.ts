/** Which category fits what was said: the same reckoning as the server's, so that both propose the same. */
export interface Category {
  readonly id: number;
  readonly name: string;
  readonly words: readonly string[];
  readonly unit: string | null;
}

const length = (text: string): number => [...text].length;

/** As words are compared: half-width, no white space, lower case. */
export function tidy(text: string): string {
  return text.normalize("NFKC").replace(/\s+/gu, "").toLowerCase();
}

/** The words that were said; one inside a longer one does not count again. */
function found(words: readonly string[], said: string): string[] {
  const kept: string[] = [];
  const present = [...new Set(words)].filter((word) => word !== "" && said.includes(word));
  for (const word of present.sort((a, b) => length(b) - length(a))) {
    if (!kept.some((longer) => longer.includes(word))) kept.push(word);
  }
  return kept;
}

/** The category whose words weigh most (each the square of its length); none when two weigh the same. */
export function propose(categories: readonly Category[], words: string): Category | null {
  const said = tidy(words);
  const weighed = categories.map((category) => ({
    category,
    weight: found(category.words, said).reduce((sum, word) => sum + length(word) ** 2, 0),
  }));
  const best = Math.max(0, ...weighed.map((one) => one.weight));
  const winners = weighed.filter((one) => one.weight === best);
  return best > 0 && winners.length === 1 ? (winners[0]?.category ?? null) : null;
}
