// The rules that ask a cluster: what is not known is not said, and settings and comments count as for all others.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ClusterFacts } from "../../../src/core/kube/live/facts.ts";
import type { NodeState } from "../../../src/core/kube/scheduling/nodeState.ts";
import { checkCluster } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { CheckSettings } from "../../../src/core/rules/levels.ts";
import { gpus, pod as podOf } from "./found.ts";

/** One without an image is taken for a patch. */
const pod = (container: string, spec?: string) => podOf(`image: example/main:1\n${container}`, spec);

const nothing: ClusterFacts = { context: "dev", namespace: "ml", podsSeen: false, names: {}, namespaces: {} };

function found(text: string, facts: Partial<ClusterFacts>, settings: Partial<CheckSettings> = {}): string[] {
  const input = { path: "a.yaml", text, rules, settings: { levels: {}, ...settings } };
  return checkCluster(input, { facts: { ...nothing, ...facts }, answers: [] }).map(
    ({ rule, severity, message }) => `${severity} ${rule} ${message}`,
  );
}

const node = (name: string, more: Partial<NodeState> = {}): NodeState => ({
  name,
  labels: {},
  taints: [],
  isUnschedulable: false,
  allocatable: { cpu: 8000, memory: 2 ** 34, pods: 10, "nvidia.com/gpu": 2 },
  pods: [],
  ...more,
});

const needy = pod(
  `envFrom: [{secretRef: {name: token}}]\n${gpus(4)}`,
  "runtimeClassName: nvidia\nserviceAccountName: runner\nnodeSelector: {zone: a}",
);

describe("rules that ask a cluster", () => {
  it("say nothing of what is not known", () => {
    assert.deepEqual(found(needy, {}), []);
    const why = "you may not";
    const unseen = { names: { Secret: { why } }, quotas: { why }, limits: { why }, queues: { why } };
    assert.deepEqual(
      found(needy, { nodes: { why }, names: { RuntimeClass: { why } }, namespaces: { ml: unseen } }),
      [],
    );
  });

  it("say nothing of a quota while the limits that fill in requests are not known", () => {
    const quota = { name: "q", hard: { "requests.cpu": 0 }, used: {}, scopes: [] };
    const quotas = { value: [quota] };
    assert.deepEqual(found(needy, { namespaces: { ml: { names: {}, quotas, limits: { why: "" } } } }), []);
    assert.equal(found(needy, { namespaces: { ml: { names: {}, quotas } } }).length, 1);
  });

  it("take what a quota has in use for the object's own where it has pods, or may have", () => {
    const quota = { name: "q", hard: { "requests.cpu": 2000 }, used: { "requests.cpu": 2000 }, scopes: [] };
    const text = pod("resources: {requests: {cpu: 1}}");
    const quotas = { value: [quota] };
    const found004 = (names: Record<string, { value: string[] }>) =>
      found(text, { namespaces: { ml: { names, quotas } } }).length;
    assert.equal(found004({ Pod: { value: [] } }), 1);
    assert.equal(found004({ Pod: { value: ["others-1"] } }), 1);
    assert.equal(found004({ Pod: { value: ["pod"] } }), 0);
    assert.equal(found004({}), 0);
  });

  it("say nothing of what is free while the pods are not seen", () => {
    const full = [{ namespace: "x", name: "y", amounts: { "nvidia.com/gpu": 2 }, hostPorts: [] }];
    const nodes = { value: [node("one", { pods: full })] };
    assert.deepEqual(found(pod(gpus(1)), { nodes }), []);
    assert.match(
      found(pod(gpus(1)), { nodes, podsSeen: true }).join(),
      /^information CLU003 There is no room for the pod now\./,
    );
  });

  it("take the pods of the same object for its own: they make room for it", () => {
    const own = [{ namespace: "ml", name: "pod", amounts: { "nvidia.com/gpu": 2 }, hostPorts: [] }];
    const nodes = { value: [node("one", { pods: own })] };
    assert.deepEqual(found(pod(gpus(2)), { nodes, podsSeen: true }), []);
  });

  it("say nothing of what no single node lacks but the label, and then of the label alone", () => {
    const nodes = { value: [node("one", { labels: { zone: "b" } })] };
    assert.deepEqual(found(pod(gpus(1), "nodeSelector: {zone: a}"), { nodes }), [
      "warning GPU018 No node of dev has zone=a; there is b.",
    ]);
  });

  it("say of conditions that no node meets together what is in the way of each", () => {
    const nodes = {
      value: [
        node("one", { labels: { zone: "a" }, allocatable: { cpu: 1000, pods: 10 } }),
        node("two", { labels: { zone: "b" } }),
      ],
    };
    assert.match(
      found(pod(gpus(1), "nodeSelector: {zone: a}"), { nodes }).join(),
      /^warning CLU003 No node of dev can take the pod: 1 node has no GPU \(one\); 1 node has not the label zone=a \(two\)\.$/,
    );
  });

  it("say nothing where no node is there at all: one may come when it is needed", () => {
    assert.deepEqual(found(needy, { nodes: { value: [] } }), []);
  });

  it("have levels, and comments wave them through", () => {
    const names = { RuntimeClass: { value: [] } };
    assert.deepEqual(found(needy, { names }), ["error GPU020 There is no RuntimeClass nvidia in dev."]);
    assert.deepEqual(found(needy, { names }, { levels: { GPU020: "off" } }), []);
    const commented = needy.replace(
      "  runtimeClassName",
      "  # slipway-ignore GPU020: it comes\n  runtimeClassName",
    );
    assert.deepEqual(found(commented, { names }), []);
  });

  it("take what a LimitRange gives to be asked for", () => {
    const limit = { name: "l", type: "Container", max: {}, min: {}, default: {}, maxLimitRequestRatio: {} };
    const limits = { value: [{ ...limit, defaultRequest: { memory: 2 ** 35 * 1000 } }] };
    const facts = { nodes: { value: [node("one")] }, namespaces: { ml: { names: {}, limits } } };
    assert.match(
      found(pod(gpus(1)), facts).join(),
      /^warning CLU003 No node of dev has 32Gi memory; the largest has 16Gi memory\./,
    );
  });
});
