/** How a chart looks: the page's own colours, type and text size at this moment. */
export interface Look {
  readonly ink: string;
  readonly ink2: string;
  readonly line: string;
  readonly ground: string;
  readonly font: string;
  readonly size: number;
  readonly still: boolean;
  fill(tone: string): string;
}

/** The colours as the page has them, light or dark; `size` is that of small text in pixels. */
export function lookOf(element: HTMLElement): Look {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: token("--ink"),
    ink2: token("--ink-2"),
    line: token("--line"),
    ground: token("--raised"),
    font: style.fontFamily,
    size: Math.round(0.94 * Number.parseFloat(style.fontSize)),
    still: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    fill: (tone) => token(`--fill-${tone}`),
  };
}
