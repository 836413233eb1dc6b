// Thousands of rows with the same labels hold them once.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";
import { SharedLabels } from "../../../src/core/kube/sharedLabels.ts";

describe("labels of rows", () => {
  const row = (name: string, labels?: object): ObjectRow => {
    const made = kindNamed("Pod")?.project({ metadata: { name, uid: name, ...(labels && { labels }) } });
    assert.ok(made);
    return made;
  };

  it("are shared with the links among them, and stay what they are", () => {
    const shared = new SharedLabels();
    const labels = { "ray.io/cluster": "c", app: "x" };
    const rows = [row("a", labels), row("b", { app: "x", "ray.io/cluster": "c" }), row("c")];
    for (const one of rows) shared.share(one);
    const [a, b, c] = rows;
    assert.deepEqual(
      [a?.labels, b?.labels, c?.labels],
      ["app=x\nray.io/cluster=c", "app=x\nray.io/cluster=c", undefined],
    );
    assert.deepEqual(b?.links, ["ray.io/cluster=c"]);
    assert.equal(b?.links, a?.links, "one list for both");
  });

  it("are shared on while others come and go by the thousand", () => {
    const shared = new SharedLabels();
    const links = new Set<unknown>();
    for (let index = 0; index < 2_500; index++) {
      const often = row(`often-${index}`, { "ray.io/cluster": "c" });
      shared.share(often);
      links.add(often.links);
      shared.share(row(`once-${index}`, { turn: String(index) }));
    }
    assert.equal(links.size, 1);
  });
});
