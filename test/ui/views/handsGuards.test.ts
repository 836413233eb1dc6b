// What changes a cluster by hand, in contexts that are only read or protected: nothing is even opened.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import type { App } from "../../../src/app/app.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import type { Command } from "../../../src/ui/command.ts";
import { cordonNode } from "../../../src/ui/commands/cordonNode.ts";
import { debugPod } from "../../../src/ui/commands/debugPod.ts";
import { drainNode } from "../../../src/ui/commands/drainNode.ts";
import { editYaml } from "../../../src/ui/commands/editYaml.ts";
import { openPodShell } from "../../../src/ui/commands/openPodShell.ts";
import { restartRollout } from "../../../src/ui/commands/restartRollout.ts";
import { resumeWorkload } from "../../../src/ui/commands/resumeWorkload.ts";
import { runCronJobNow } from "../../../src/ui/commands/runCronJobNow.ts";
import { scaleWorkload } from "../../../src/ui/commands/scaleWorkload.ts";
import { suspendWorkload } from "../../../src/ui/commands/suspendWorkload.ts";
import { uncordonNode } from "../../../src/ui/commands/uncordonNode.ts";
import { undoRollout } from "../../../src/ui/commands/undoRollout.ts";
import { FakeUi } from "./fakeUi.ts";

const hands: readonly (readonly [Command, string])[] = [
  [scaleWorkload, "Deployment"],
  [restartRollout, "Deployment"],
  [undoRollout, "Deployment"],
  [suspendWorkload, "Job"],
  [resumeWorkload, "CronJob"],
  [runCronJobNow, "CronJob"],
  [cordonNode, "Node"],
  [uncordonNode, "Node"],
  [drainNode, "Node"],
  [openPodShell, "Pod"],
  [debugPod, "Pod"],
  [editYaml, "Deployment"],
];

function appWith(guard: "readOnly" | "protected"): App {
  const open = () => Promise.reject(new Error("the cluster was opened"));
  return { clusters: { guard: () => guard, open }, clock: { now: () => 0 } } as unknown as App;
}

const target = (kind: string) => ({
  type: "object",
  id: "x",
  context: "prod",
  kind,
  uid: "1",
  name: "llm",
  namespace: "ml",
});

describe("hands", () => {
  for (const [command, kind] of hands) {
    it(`are kept off a context that is only read: ${command.title}`, async () => {
      const ui = new FakeUi();
      await assert.rejects(
        Promise.resolve(command.run(appWith("readOnly"), ui, target(kind))),
        (error) => Trouble.is(error, "refused-by-policy") && error.text.includes("slipway.contexts.readOnly"),
      );
      assert.deepEqual([ui.confirmed, ui.picked, ui.reported], [[], [], []]);
      assert.equal(command.needsTrust, true);
    });
  }

  for (const [command, kind] of hands.filter(([{ id }]) => /suspend|resume|cordon|restart/i.test(id))) {
    it(`want the name typed in a protected context: ${command.title}`, async () => {
      const ui = new FakeUi();
      ui.typed = "lml";
      await command.run(appWith("protected"), ui, target(kind));
      assert.deepEqual(ui.refused, ["Type llm, or press Escape to leave it."]);
      assert.match(ui.confirmed[0]?.detail ?? "", /^Context: prod\n[^]*This context is protected/);
    });
  }

  it("don't open a Secret, whose values are not shown", async () => {
    const connection = { get: async () => ({ kind: "Secret", data: { token: "aGVsbG8=" } }) };
    const clusters = { guard: () => "none", open: async () => ({ connection, kind: kindNamed }) };
    const ui = new FakeUi();
    await assert.rejects(
      Promise.resolve(editYaml.run({ clusters } as unknown as App, ui, target("Pod"))),
      /The values of a Secret are not shown, so it can't be edited here\./,
    );
    assert.deepEqual(ui.edited, []);
  });
});
