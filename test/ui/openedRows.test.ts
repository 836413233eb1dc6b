// What a person opens is opened again where VS Code may have drawn it closed.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { OpenedRows } from "../../src/ui/openedRows.ts";
import { type ManualClock, manualClock } from "../manualClock.ts";

interface Node {
  name: string;
}

describe("rows that a person opens", () => {
  const context = { name: "dev" };
  const [ml, web] = [{ name: "ml" }, { name: "web" }];
  const work = { name: "work" };
  let clock: ManualClock;
  let opened: string[];
  let rows: OpenedRows<Node>;

  beforeEach(async () => {
    clock = manualClock();
    opened = [];
    rows = new OpenedRows<Node>(clock, ({ name }) => opened.push(name));
    await rows.answer(undefined, async () => [context]);
    await rows.answer(context, async () => [ml, web]);
    await rows.answer(ml, async () => [work]);
    clock.advance(10_000);
  });

  it("are left alone where nothing is drawn", () => {
    rows.opened(ml);
    clock.advance(10_000);
    assert.deepEqual(opened, []);
  });

  it("are opened again once all is drawn that was being drawn then", async () => {
    const { promise, resolve: give } = Promise.withResolvers<Node[]>();
    const answer = rows.answer(context, () => promise);
    rows.opened(ml);
    clock.advance(500);
    assert.deepEqual(opened, [], "VS Code still waits for what is in it");
    give([ml, web]);
    await answer;
    clock.advance(50);
    await rows.answer(web, async () => []);
    clock.advance(99);
    assert.deepEqual(opened, [], "something more was asked");
    clock.advance(200);
    assert.deepEqual(opened, ["ml"]);
    clock.advance(10_000);
    assert.deepEqual(opened, ["ml"], "once");
  });

  it("are opened again also where the answer was given a moment ago", async () => {
    await rows.answer(context, async () => [ml, web]);
    clock.advance(900);
    rows.opened(web);
    clock.advance(200);
    assert.deepEqual(opened, ["web"]);
  });

  it("wait no longer than a second where VS Code asks all the time, but for an answer that it waits for", async () => {
    await rows.answer(context, async () => [ml, web]);
    rows.opened(ml);
    for (let turn = 0; turn < 20; turn++) {
      assert.deepEqual(opened, turn > 0 && turn * 60 >= 1_000 ? ["ml"] : []);
      clock.advance(60);
      await rows.answer(web, async () => []);
    }
    opened = [];
    const { promise, resolve: give } = Promise.withResolvers<Node[]>();
    const answer = rows.answer(web, () => promise);
    rows.opened(ml);
    clock.advance(60_000);
    assert.deepEqual(opened, []);
    give([]);
    await answer;
    clock.advance(100);
    assert.deepEqual(opened, ["ml"]);
  });

  it("stay closed where the person closed them, or what they stand in", async () => {
    for (const closed of [work, ml, context]) {
      await rows.answer(ml, async () => [work]);
      rows.opened(work);
      rows.closed(closed);
      clock.advance(10_000);
    }
    assert.deepEqual(opened, []);
    await rows.answer(ml, async () => [work]);
    rows.opened(work);
    rows.closed(web);
    clock.advance(10_000);
    assert.deepEqual(opened, ["work"]);
  });

  it("do not bring back a view that is no longer seen", async () => {
    await rows.answer(context, async () => [ml, web]);
    rows.opened(ml);
    rows.forget();
    clock.advance(10_000);
    rows.opened(ml);
    rows.dispose();
    assert.deepEqual(opened, []);
  });
});
