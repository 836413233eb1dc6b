// Descriptions, YAML and ages as a person reads them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ageText } from "../../../src/core/kube/age.ts";
import { describeObject } from "../../../src/core/kube/describe/describe.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { resourcePath } from "../../../src/core/kube/kind.ts";
import { yamlText } from "../../../src/core/kube/yamlText.ts";

const nowMs = Date.parse("2026-11-24T12:00:00Z");

describe("a description", () => {
  const pod = {
    metadata: {
      name: "train",
      namespace: "ml",
      creationTimestamp: "2026-11-24T11:50:00Z",
      labels: { app: "train" },
      ownerReferences: [{ kind: "Job", name: "train", uid: "u", controller: true }],
    },
    spec: {
      nodeSelector: { "nvidia.com/gpu.product": "A100" },
      tolerations: [
        { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
        { operator: "Exists" },
      ],
      volumes: [
        { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "8Gi" } },
        { name: "data", persistentVolumeClaim: { claimName: "imagenet" } },
      ],
      containers: [
        {
          name: "main",
          image: "team/train:1",
          command: ["python", "train.py"],
          resources: { limits: { "nvidia.com/gpu": "2", memory: "64Gi" } },
          volumeMounts: [{ name: "data", mountPath: "/data", readOnly: true }],
        },
      ],
    },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "main",
          ready: false,
          restartCount: 2,
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 20s restarting" } },
          lastState: {
            terminated: { reason: "OOMKilled", exitCode: 137, finishedAt: "2026-11-24T11:59:30Z" },
          },
        },
      ],
      conditions: [
        {
          type: "Ready",
          status: "False",
          lastTransitionTime: "2026-11-24T11:59:30Z",
          reason: "ContainersNotReady",
          message: "not\nready",
        },
      ],
    },
  };
  const event = (reason: string, lastTimestamp: string, more = {}) => ({
    type: "Normal",
    reason,
    message: `about ${reason}`,
    lastTimestamp,
    source: { component: "kubelet" },
    ...more,
  });

  it("of a pod says what it is, why it does not run, and what happened", () => {
    const events = [
      event("Started", "2026-11-24T11:59:00Z", { count: 3 }),
      event("Pulled", "2026-11-24T11:51:00Z"),
    ];
    assert.equal(
      describeObject({ kind: "Pod", object: pod, events, nowMs }),
      `Kind:       Pod
Name:       train
Namespace:  ml
Made:       10 min ago
Owned by:   Job train

Status:    CrashLoopBackOff (OOMKilled)
Reason:    back-off 20s restarting
Ready:     0/1
Restarts:  2
GPUs:      2 GPU
Node:      none yet

Containers:
  main
    Image:       team/train:1
    State:       Waiting: CrashLoopBackOff, back-off 20s restarting
    Last state:  Terminated: OOMKilled, exit code 137, 30 s ago
    Ready:       no
    Restarts:    2
    Command:     ["python","train.py"]
    Limits:      memory=64Gi, nvidia.com/gpu=2
    Mounts:      /data from data (read only)

Volumes:
  shm: emptyDir Memory, at most 8Gi
  data: claim imagenet

Node selector:
  nvidia.com/gpu.product=A100

Tolerations:
  nvidia.com/gpu:NoSchedule
  every taint

Conditions:
  TYPE   STATUS  SINCE  REASON              MESSAGE
  Ready  False   30 s   ContainersNotReady  not ready

Labels:
  app=train

Events:
  TYPE    REASON   AGE        FROM     MESSAGE
  Normal  Pulled   9 min      kubelet  about Pulled
  Normal  Started  60 s (×3)  kubelet  about Started
`,
    );
  });

  it("says when events may not be read, and never fails", () => {
    assert.match(
      describeObject({ kind: "Pod", object: {}, events: undefined, nowMs }),
      /Events: may not be read with this context/,
    );
    for (const kind of ["Pod", "Node", "Deployment", "CronJob", "Namespace"]) {
      for (const junk of [null, 3, "x", []]) {
        const object = {
          metadata: junk,
          spec: { template: junk, containers: [junk], volumes: [junk] },
          status: { conditions: [junk] },
        };
        assert.ok(describeObject({ kind, object: object as never, events: [{}], nowMs }).length > 0);
      }
    }
  });
});

describe("YAML", () => {
  it("leaves out managedFields", () => {
    const text = yamlText({ kind: "Pod", metadata: { name: "a", managedFields: [{ manager: "x" }] } });
    assert.equal(text, "kind: Pod\nmetadata:\n  name: a\n");
  });

  it("hides the values of a Secret, also in kubectl's copy of it", () => {
    const text = yamlText({
      kind: "Secret",
      metadata: { name: "s", annotations: { "kubectl.kubernetes.io/last-applied-configuration": "canary" } },
      data: { token: "Y2FuYXJ5" },
      stringData: { other: "canary" },
    });
    assert.doesNotMatch(text, /canary|Y2FuYXJ5/);
    assert.match(text, /data:\n {2}token: \(hidden, 6 bytes\)\nstringData:\n {2}other: \(hidden\)/);
  });
});

describe("an age", () => {
  it("has one unit", () => {
    const second = 1000;
    const cases: [number, string][] = [
      [0, "0 s"],
      [-5 * second, "0 s"],
      [119 * second, "119 s"],
      [120 * second, "2 min"],
      [119 * 60 * second, "119 min"],
      [2 * 3600 * second, "2 h"],
      [47 * 3600 * second, "47 h"],
      [9 * 86400 * second, "9 d"],
    ];
    for (const [ms, text] of cases) assert.equal(ageText(ms), text);
  });
});

describe("the path of an object", () => {
  it("encodes every segment, so that a name stays a name", () => {
    const pod = kindNamed("Pod");
    const job = kindNamed("Job");
    assert.ok(pod && job);
    assert.equal(
      resourcePath(pod, "a/../b", "x?y#z%2e"),
      "/api/v1/namespaces/a%2F..%2Fb/pods/x%3Fy%23z%252e",
    );
    assert.equal(resourcePath(job, "ml"), "/apis/batch/v1/namespaces/ml/jobs");
    assert.equal(resourcePath(job), "/apis/batch/v1/jobs");
    const upwards = ["..", "."].map((name) => resourcePath(pod, name, name));
    assert.deepEqual(upwards, ["/api/v1/namespaces/%2E%2E/pods/%2E%2E", "/api/v1/namespaces/%2E/pods/%2E"]);
  });
});
