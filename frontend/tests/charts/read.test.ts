import assert from "node:assert/strict";
import { test } from "node:test";
import type { Look } from "../../charts/look.ts";
import { heightOf, optionsOf } from "../../charts/options.ts";
import { told } from "../../charts/read.ts";

const LOOK: Look = {
  ink: "ink", ink2: "ink2", line: "line", ground: "ground", font: "font", size: 16, still: true, fill: (tone) => `fill ${tone}`,
};
const HEADS = [{ text: "日期" }, { text: "走访", tone: "wait" }, { text: "走访到的户" }, { text: "累计", tone: "brand", form: "line" }];
const ROWS = [{ name: "7月1日", values: [3, 2, 5] }, { name: "7月2日", values: [0, 0, 5] }];

test("a head with a tone is a series, with the values of its own column", () => {
  const said = told(HEADS, ROWS);
  assert.deepEqual(said.names, ["7月1日", "7月2日"]);
  assert.deepEqual(said.series.map(({ name, form, values }) => [name, form, ...values]), [["走访", "bar", 3, 0], ["累计", "line", 5, 5]]);
});

test("what is drawn is what the table says, in the page's colours, and nothing moves when asked not to", () => {
  const options = optionsOf("days", told(HEADS, ROWS), LOOK, false) as { animation: boolean; series: { data: number[]; itemStyle: { color: string } }[] };
  assert.equal(options.animation, false);
  assert.deepEqual(options.series.map(({ data, itemStyle }) => [itemStyle.color, ...data]), [["fill wait", 3, 0], ["fill brand", 5, 5]]);
});

test("lying bars take a row each, larger with larger text", () => {
  const said = told(HEADS, ROWS);
  const more = told(HEADS, [...ROWS, ...ROWS]);
  assert.ok(heightOf("bars", more, 16) > heightOf("bars", said, 16));
  assert.ok(heightOf("bars", said, 22) > heightOf("bars", said, 16));
});
