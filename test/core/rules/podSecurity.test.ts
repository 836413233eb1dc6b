// Pod Security in a check: who asks for a level, what is said of which place, and fixes that keep the GPU.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { type LevelVersion, parseLevelVersion } from "../../../src/core/policy/podSecurity/level.ts";
import { type CheckCache, type CheckInput, check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { mergedNamespaces, namespacesOf } from "../../../src/core/rules/podSecurityScope.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { applyFix } from "./apply.ts";

const only = rules.filter((rule) => rule.id.startsWith("PSA"));

function run(text: string, level?: string, more: Partial<CheckInput> = {}): Finding[] {
  const podSecurity = level === undefined ? undefined : (parseLevelVersion(level) as LevelVersion);
  return check({ path: "a.yaml", text, settings: { levels: {}, podSecurity }, rules: only, ...more });
}

/** `error PSA001 «what is marked»`. */
function brief(text: string, findings: readonly Finding[]): string[] {
  const lines = new Lines(text);
  return findings.map(({ rule, severity, range }) => {
    const marked = text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end));
    return `${severity} ${rule} «${marked}»`;
  });
}

function namespace(labels: Record<string, string>, name = "ml"): string {
  const lines = Object.entries(labels).map(
    ([key, value]) => `    pod-security.kubernetes.io/${key}: ${value}\n`,
  );
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n  labels:\n${lines.join("")}`;
}

const plain = `apiVersion: v1
kind: Pod
metadata:
  name: train
  namespace: ml
spec:
  containers:
    - name: train
      image: registry.example/train:1
`;
const privileged = `${plain}      securityContext:
        privileged: true
`;

describe("Pod Security in a check", () => {
  it("says nothing where nobody asks for a level", () => {
    assert.deepEqual(run(privileged), []);
    assert.deepEqual(run(privileged, "privileged"), []);
    assert.deepEqual(run(`${namespace({ enforce: "privileged" })}---\n${privileged}`), []);
  });

  it("says what the API server refuses, by the label of the pod's own namespace", () => {
    const text = `${namespace({ enforce: "baseline" })}---\n${privileged}`;
    assert.deepEqual(brief(text, run(text)), ["error PSA009 «true»"]);
    assert.equal(
      run(text)[0]?.message,
      'Container "train" must not be privileged; a GPU needs no privileges, its limit gives it the device. The namespace ml enforces the level baseline (privileged), so the API server refuses this pod.',
    );
  });

  it("heeds a Namespace that comes after the pod, and in a List", () => {
    const after = `${privileged}---\n${namespace({ enforce: "baseline" })}`;
    assert.deepEqual(brief(after, run(after)), ["error PSA009 «true»"]);
    const items = [privileged, namespace({ enforce: "baseline" })].map((text): unknown => parse(text));
    assert.deepEqual(
      run(JSON.stringify({ apiVersion: "v1", kind: "List", items })).map(({ rule }) => rule),
      ["PSA009"],
    );
  });

  it("leaves pods of other namespaces alone, and those that leave theirs to the context", () => {
    const labels = namespace({ enforce: "restricted" });
    assert.deepEqual(run(`${labels}---\n${privileged.replace("namespace: ml", "namespace: web")}`), []);
    assert.deepEqual(run(`${labels}---\n${privileged.replace("  namespace: ml\n", "")}`), []);
  });

  it("says of a workload that it is taken and its pods are refused", () => {
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm, namespace: ml}
spec:
  template:
    spec:
      hostNetwork: true
      containers: [{name: server, image: registry.example/server:1}]
`;
    const text = `${namespace({ enforce: "baseline", "enforce-version": "v1.30" })}---\n${deployment}`;
    assert.deepEqual(brief(text, run(text)), ["error PSA005 «true»"]);
    assert.match(
      run(text)[0]?.message ?? "",
      /enforces the level baseline of Kubernetes 1\.30 \(hostNamespaces\): the API server takes this Deployment and refuses its pods/,
    );
  });

  it("warns and informs by the labels warn and audit, and says each place once, by the strongest", () => {
    const text = `${namespace({ enforce: "baseline", warn: "restricted", audit: "restricted" })}---\n${privileged}`;
    assert.deepEqual(brief(text, run(text)), [
      "warning PSA001 «securityContext»",
      "warning PSA004 «securityContext»",
      "warning PSA013 «securityContext»",
      "warning PSA017 «securityContext»",
      "error PSA009 «true»",
    ]);
    const audited = `${namespace({ audit: "baseline" })}---\n${privileged}`;
    assert.deepEqual(brief(audited, run(audited)), ["information PSA009 «true»"]);
  });

  it("does not say twice of a volume what two levels say", () => {
    const mounted = `${plain}  volumes: [{name: data, hostPath: {path: /data}}]\n`;
    const text = `${namespace({ enforce: "baseline", warn: "restricted" })}---\n${mounted}`;
    assert.deepEqual(
      brief(text, run(text)).filter((line) => line.endsWith("«hostPath»")),
      ["error PSA006 «hostPath»"],
    );
  });

  it("holds all pods against the level that is asked for, at its version", () => {
    assert.deepEqual(brief(plain, run(plain, "restricted:v1.7")), ["error PSA013 «train»"]);
    assert.deepEqual(brief(plain, run(plain, "restricted")), [
      "error PSA001 «train»",
      "error PSA004 «train»",
      "error PSA013 «train»",
      "error PSA017 «train»",
    ]);
    assert.deepEqual(run(plain, "baseline"), []);
  });

  it("points at the nearest key where something is missing", () => {
    const text = plain
      .replace("spec:\n", "spec:\n  securityContext:\n    fsGroup: 100\n")
      .replace("image:", "securityContext: {capabilities: {drop: [NET_RAW]}}\n      image:");
    assert.deepEqual(brief(text, run(text, "restricted")), [
      "error PSA013 «securityContext»",
      "error PSA017 «securityContext»",
      "error PSA001 «securityContext»",
      "error PSA004 «drop»",
    ]);
  });

  it("says of a patch only what it sets, not what its base may have", () => {
    const patch = privileged.replace("      image: registry.example/train:1\n", "");
    assert.deepEqual(brief(patch, run(patch, "restricted")), ["error PSA009 «true»"]);
  });

  it("can be silenced and set to another level like any rule", () => {
    const silenced = privileged.replace("privileged: true", "privileged: true # slipway-ignore PSA009: ours");
    assert.deepEqual(run(silenced, "baseline"), []);
    const levels = { PSA009: "information" } as const;
    const found = run(privileged, undefined, {
      settings: { levels, podSecurity: { level: "baseline", version: "latest" } },
    });
    assert.deepEqual(brief(privileged, found), ["information PSA009 «true»"]);
  });

  it("looks into the templates of ML kinds", () => {
    const text = `apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: train}
spec:
  pytorchReplicaSpecs:
    Worker:
      template:
        spec:
          hostIPC: true
          containers: [{name: pytorch, image: registry.example/train:1}]
`;
    assert.deepEqual(brief(text, run(text, "baseline")), ["error PSA005 «true»"]);
  });

  it("leaves templates of Helm alone, and takes no level from them", () => {
    const labels = namespace({ enforce: '"{{ .Values.level }}"' });
    assert.deepEqual(run(`${labels}---\n${privileged}`), []);
  });
});

describe("namespaces of other files", () => {
  const labelled = namespacesOf(namespace({ enforce: "baseline" }));

  it("ask the same of the pods of this one", () => {
    const found = run(privileged, undefined, { namespaces: labelled });
    assert.deepEqual(brief(privileged, found), ["error PSA009 «true»"]);
  });

  it("step back behind those of this file", () => {
    const text = `${namespace({ enforce: "privileged" })}---\n${privileged}`;
    assert.deepEqual(run(text, undefined, { namespaces: labelled }), []);
  });

  it("ask nothing where two files say different things of one", () => {
    const same = mergedNamespaces([labelled, namespacesOf(namespace({ enforce: "baseline" }))]);
    assert.deepEqual(Array.from(same.keys()), ["ml"]);
    const other = mergedNamespaces([labelled, namespacesOf(namespace({ enforce: "restricted" }))]);
    assert.deepEqual(Array.from(other.keys()), []);
  });

  it("are asked anew when the labels change and the pods do not", () => {
    const cache: CheckCache = { slices: new Map() };
    const found = (level: string) =>
      run(`${namespace({ enforce: level })}---\n${privileged}`, undefined, { cache }).length;
    assert.deepEqual([found("privileged"), found("baseline"), found("privileged")], [0, 1, 0]);
    assert.equal(run(privileged, "baseline", { cache }).length, 1);
    assert.equal(run(privileged, undefined, { cache }).length, 0);
  });
});

describe("the fix for a GPU pod", () => {
  const gpuPod = `apiVersion: v1
kind: Pod
metadata:
  name: train
  annotations:
    container.apparmor.security.beta.kubernetes.io/train: unconfined # old
spec:
  hostIPC: true
  hostPID: true
  securityContext:
    runAsUser: 0
  initContainers:
    - name: fetch
      image: registry.example/fetch:1
  containers:
    # the training itself
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 2
          memory: 8Gi
      securityContext:
        privileged: true
        runAsNonRoot: false
        capabilities:
          add: [SYS_ADMIN, IPC_LOCK]
  volumes:
    - name: scratch
      hostPath:
        path: /dev/shm
`;
  const whole = (text: string, level: string) => {
    const fixes = run(text, level).flatMap(({ fixes: found }) => found);
    return fixes.find(({ title }) => title.startsWith("Make this pod pass"));
  };

  it("makes it pass restricted, with its GPUs, its comments and its own shared memory", () => {
    const fix = whole(gpuPod, "restricted");
    assert.equal(fix?.title, "Make this pod pass restricted and keep its GPU");
    const repaired = applyFix(gpuPod, fix);
    assert.deepEqual(run(repaired, "restricted"), []);
    assert.equal(
      repaired,
      `apiVersion: v1
kind: Pod
metadata:
  name: train
  annotations:
    container.apparmor.security.beta.kubernetes.io/train: runtime/default # old
spec:
  securityContext:
    runAsUser: 1000
    runAsNonRoot: true
    seccompProfile:
      type: RuntimeDefault
  initContainers:
    - name: fetch
      image: registry.example/fetch:1
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop:
            - ALL
  containers:
    # the training itself
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 2
          memory: 8Gi
      securityContext:
        privileged: false
        runAsNonRoot: true
        capabilities:
          drop:
            - ALL
        allowPrivilegeEscalation: false
      volumeMounts:
        - name: dshm
          mountPath: /dev/shm
  volumes:
    - name: scratch
      emptyDir:
        medium: Memory
        sizeLimit: 8Gi
    - name: dshm
      emptyDir:
        medium: Memory
        sizeLimit: 4Gi
`,
    );
  });

  it("does the same in braces and as JSON", () => {
    for (const text of [JSON.stringify(parse(gpuPod)), JSON.stringify(parse(gpuPod), undefined, 2)]) {
      const fix = whole(text, "restricted");
      assert.ok(fix);
      const repaired = applyFix(text, fix);
      assert.deepEqual(run(repaired, "restricted"), []);
      const { spec } = parse(repaired) as {
        spec: { containers: { resources: unknown }[]; hostIPC?: boolean };
      };
      assert.deepEqual(spec.containers[0]?.resources, { limits: { "nvidia.com/gpu": 2, memory: "8Gi" } });
      assert.equal(spec.hostIPC, undefined);
    }
  });

  it("goes only as far as the level that asks", () => {
    const fix = whole(gpuPod, "baseline");
    assert.equal(fix?.title, "Make this pod pass baseline and keep its GPU");
    const repaired = applyFix(gpuPod, fix);
    assert.deepEqual(run(repaired, "baseline"), []);
    assert.doesNotMatch(repaired, /runAsNonRoot: true|seccompProfile/);
  });

  it("is not offered where only a person can tell what to do, but what can be repaired is", () => {
    const text = gpuPod.replace("path: /dev/shm", "path: /mnt/data");
    assert.equal(whole(text, "restricted"), undefined);
    const titles = new Set(run(text, "restricted").flatMap(({ fixes }) => fixes.map(({ title }) => title)));
    assert.ok(titles.has("Set allowPrivilegeEscalation: false in this pod"));
    assert.ok(!titles.has("Use a memory volume at /dev/shm instead"));
  });

  it("does not touch what an anchor shares with other objects by a merge key", () => {
    const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - &first
      name: one
      image: x
      securityContext: {privileged: true, runAsNonRoot: true}
    - <<: *first
      name: two
`;
    for (const { fixes } of run(text, "baseline")) assert.deepEqual(fixes, []);
  });

  it("changes a security context that two containers share only once", () => {
    const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: one
      image: x
      securityContext: &context
        privileged: true
    - name: two
      image: x
      securityContext: *context
`;
    const fix = whole(text, "restricted");
    assert.ok(fix);
    assert.deepEqual(run(applyFix(text, fix), "restricted"), []);
  });
});

describe("labels of Pod Security", () => {
  it("are not taken for such on anything but a Namespace", () => {
    const text = namespace({ enforce: "strict" }).replace("kind: Namespace", "kind: ConfigMap");
    assert.deepEqual(run(text), []);
  });

  it("are corrected where it is plain what is meant", () => {
    const text = namespace({ enforce: "restrictd", "enforce-version": "1.30", "warn-versoin": "latest" });
    const fixed = run(text).reduce((now) => {
      const fix = run(now)[0]?.fixes[0];
      return fix ? applyFix(now, fix) : now;
    }, text);
    assert.equal(
      fixed,
      namespace({ enforce: "restricted", "enforce-version": "v1.30", "warn-version": "latest" }),
    );
    assert.deepEqual(brief(text, run(text)), [
      "error PSA020 «restrictd»",
      "error PSA020 «1.30»",
      "warning PSA020 «pod-security.kubernetes.io/warn-versoin»",
    ]);
  });
});
