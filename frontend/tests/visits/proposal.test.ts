/** The category that is proposed on the phone is the one that the server would propose. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { propose, tidy, type Category } from "../../visits/proposal.ts";

const water: Category = { id: 1, name: "水利排涝", words: ["排水", "排水渠", "积水"], unit: "农林水务局" };
const health: Category = { id: 2, name: "医疗卫生", words: ["医保", "医保卡", "门诊"], unit: "社区卫生服务中心" };
const toilets: Category = { id: 3, name: "环境卫生", words: ["厕所", "公共厕所", "垃圾"], unit: "城市管理分局" };
const all = [water, health, toilets];

test("the category with the weightiest words wins", () => {
  assert.equal(propose(all, "排水渠给杂物堵了，一下大雨水就浸到屋里来。"), water);
  assert.equal(propose(all, "医保卡换了新的，老人不知道怎么激活。"), health);
});

test("a word inside a longer one does not count again", () => {
  assert.equal(propose([toilets, { ...water, words: ["公共", "村口厕"] }], "公共厕所"), toilets);
});

test("nothing is proposed without a word, or when two weigh the same", () => {
  assert.equal(propose(all, "希望多组织活动"), null);
  assert.equal(propose(all, ""), null);
  assert.equal(propose([water, { ...health, words: ["积水"] }], "积水"), null);
});

test("letters, widths and spaces make no difference", () => {
  assert.equal(tidy(" ＷiFi　不 好\n"), "wifi不好");
  assert.equal(propose([{ ...water, words: ["wifi"] }], "ＷＩ ＦＩ 没有")?.id, 1);
});
