// The tree of Endpoints tells the window what has changed, and no more often than that can ask.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { App } from "../../../src/app/app.ts";
import type { Forward } from "../../../src/app/jobs/forward/forward.ts";
import { Emitter } from "../../../src/base/event.ts";
import { EndpointTree } from "../../../src/ui/rows/endpoints/tree.ts";

function forward(id: string): Forward {
  const spec = { context: "dev", kind: "Pod", namespace: "ml", name: id, port: 8000, localPort: 8000 };
  return { id, spec, state: { kind: "stopped" }, bytes: { sent: 0, received: 0 } } as unknown as Forward;
}

function world() {
  const changed = new Emitter<void>();
  const forwards = { all: [] as Forward[], changed: changed.event, restore() {} };
  const tree = new EndpointTree({ forwards } as unknown as App);
  const told: (string[] | undefined)[] = [];
  tree.changed((nodes) => told.push(nodes?.map(({ id }) => id)));
  const ask = () => tree.children(undefined).map((node) => tree.row(node).label);
  const come = (...ids: string[]) => {
    forwards.all = [...forwards.all, ...ids.map(forward)];
    changed.fire();
  };
  return { tree, told, ask, come, forwards, changed };
}

describe("the tree of Endpoints", () => {
  it("tells the window of other rows once, until it asks for them", () => {
    const { told, ask, come } = world();
    assert.deepEqual(ask(), []);
    come("a");
    come("b");
    assert.deepEqual(told, [undefined]);
    assert.deepEqual(ask(), ["Pod a", "Pod b"]);
    come("c");
    assert.deepEqual(told, [undefined, undefined]);
  });

  it("tells of the one row that looks otherwise", () => {
    const { told, ask, come, forwards, changed } = world();
    come("a", "b");
    ask();
    Object.assign(forwards.all[1] ?? {}, { state: { kind: "failed", why: "gone" } });
    changed.fire();
    assert.deepEqual(told, [undefined, ["b"]]);
  });

  it("tells of rows anew when it is shown again", () => {
    const { tree, told, ask, come } = world();
    ask();
    come("a");
    tree.setVisible(false);
    come("b");
    tree.setVisible(true);
    assert.deepEqual(told, [undefined, undefined]);
    assert.deepEqual(ask(), ["Pod a", "Pod b"]);
  });
});
