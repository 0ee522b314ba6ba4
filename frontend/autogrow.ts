/** Text areas grow with what is written in them. */
export function autogrow(root: ParentNode): void {
  for (const area of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-autogrow]")) {
    const rows = area.rows;
    const grow = (): void => {
      area.rows = rows;
      while (area.scrollHeight > area.clientHeight + 2 && area.rows < 20) area.rows += 1;
    };
    area.addEventListener("input", grow);
    grow();
  }
}
