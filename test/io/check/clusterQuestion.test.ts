// A check beside a cluster in the worker that checks what is typed: the two never take each other's place.
import assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import { CheckThread } from "../../../src/io/check/checkThread.ts";

const script = new URL("../../../src/io/check/worker.ts", import.meta.url).pathname;

const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  runtimeClassName: nvidia
  containers:
    - name: main
      image: example/main:1
      resources: {limits: {nvidia.com/gpu: 0.5}}
`;
const cluster = {
  facts: {
    context: "dev",
    namespace: "ml",
    podsSeen: false,
    names: { RuntimeClass: { value: [] } },
    namespaces: {},
  },
  answers: [],
};

describe("a check beside a cluster", () => {
  const thread = new CheckThread(script);
  after(() => thread.dispose());

  it("and one without are answered each with its own, also while others wait", async () => {
    const request = { path: "a.yaml", text, levels: {} };
    const [, alone, beside, off] = await Promise.all([
      thread.check(request),
      thread.check(request),
      thread.check({ ...request, cluster }),
      thread.check({ ...request, path: "b.yaml", levels: { GPU020: "off" }, cluster }),
    ]);
    assert.deepEqual(
      alone.map(({ rule }) => rule),
      ["GPU003"],
    );
    assert.deepEqual(
      beside.map(({ rule }) => rule),
      ["GPU020"],
    );
    assert.deepEqual(off, []);
  });

  it("counts for the version of the cluster where nobody says which", async () => {
    const cron = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n";
    const schemasPath = new URL("../../../data/kubernetes.schemas", import.meta.url).pathname;
    const withSchemas = new CheckThread(script, { schemasPath });
    try {
      const rulesOf = async (more: object) =>
        (await withSchemas.check({ path: "c.yaml", text: cron, levels: {}, ...more })).map(
          ({ message }) => message,
        );
      assert.match((await rulesOf({})).join(), /1\.34|1\.25/);
      assert.doesNotMatch((await rulesOf({ clusterVersion: "v1.23.4" })).join(), /removed/);
      assert.match((await rulesOf({ clusterVersion: "v1.23.4", kubernetesVersion: "1.33" })).join(), /1\.25/);
    } finally {
      await withSchemas.dispose();
    }
  });
});
