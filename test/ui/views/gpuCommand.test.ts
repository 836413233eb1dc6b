// The command that shows GPU usage: from a row it means that row, from the palette it asks only when it must.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import type { App } from "../../../src/app/app.ts";
import type { GpuChoice } from "../../../src/app/stores/gpus.ts";
import { showGpuUsage } from "../../../src/ui/commands/showGpuUsage.ts";
import { FakeUi } from "./fakeUi.ts";

describe("Show GPU Usage", () => {
  let opened: string[];
  let chosen: GpuChoice | undefined;
  let ui: FakeUi;
  let app: App;

  beforeEach(() => {
    opened = [];
    chosen = undefined;
    ui = new FakeUi();
    app = {
      clusters: {
        guard: () => "none",
        contexts: async () => ({ contexts: [{ name: "dev" }, { name: "prod" }], problems: [] }),
        get: (name: string) => (opened.includes(name) ? {} : undefined),
        get opened() {
          return opened.map((name) => ({ entry: { name } }));
        },
        open: async (name: string) => void opened.push(name),
      },
      gpus: {
        get choice() {
          return chosen;
        },
        choose: (choice: GpuChoice) => void (chosen = choice),
      },
    } as unknown as App;
  });
  const base = { id: "x", parent: undefined, context: "dev" };
  const pod = { ...base, type: "object", kind: "Pod", uid: "1", name: "train", namespace: "ml" };

  for (const [what, node, filter] of [
    ["a context", { ...base, type: "context" }, undefined],
    ["the nodes", { ...base, type: "nodes" }, undefined],
    ["a namespace", { ...base, type: "namespace", name: "ml" }, { namespace: "ml", pod: undefined }],
    ["a pod", pod, { namespace: "ml", pod: "train" }],
  ] as const)
    it(`of ${what} shows that`, async () => {
      await showGpuUsage.run(app, ui, node);
      assert.deepEqual(chosen, { context: "dev", filter });
      assert.deepEqual(opened, ["dev"]);
      assert.deepEqual(ui.said, ["show slipway.gpuUsage"]);
    });

  it("from the palette asks for a cluster where none is open", async () => {
    ui.answers = ["prod"];
    await showGpuUsage.run(app, ui, undefined);
    assert.deepEqual(opened, ["prod"]);
    assert.deepEqual(chosen, { context: "prod", filter: undefined });
  });

  it("from the palette shows what is open without asking", async () => {
    opened.push("dev");
    await showGpuUsage.run(app, ui, undefined);
    assert.deepEqual(ui.picked, []);
    assert.deepEqual(ui.said, ["show slipway.gpuUsage"]);
  });

  it("does nothing when the question is dismissed", async () => {
    ui.answers = ["none of them"];
    await showGpuUsage.run(app, ui, undefined);
    assert.deepEqual([opened, chosen, ui.said], [[], undefined, []]);
  });
});
