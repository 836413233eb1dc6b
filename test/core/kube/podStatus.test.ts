// The word and the sentence for a pod, in each of the states that people ask about.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { podStatus } from "../../../src/core/kube/podStatus.ts";

interface Case {
  name: string;
  pod: Record<string, unknown>;
  status: string;
  message?: string;
  health: string;
}

const waiting = (reason: string, message?: string, lastState?: unknown) => ({
  name: "main",
  ready: false,
  restartCount: 0,
  state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
  ...(lastState === undefined ? {} : { lastState }),
});
const running = { name: "main", ready: true, restartCount: 0, state: { running: {} } };
const ended = (reason: string | undefined, exitCode: number, more = {}) => ({
  name: "main",
  ready: false,
  restartCount: 0,
  state: { terminated: { exitCode, ...(reason === undefined ? {} : { reason }), ...more } },
});
const spec = { containers: [{ name: "main" }] };
const of = (phase: string, ...containerStatuses: unknown[]) => ({
  spec,
  status: { phase, containerStatuses },
});
const gpus = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.";

const cases: Case[] = [
  { name: "runs", pod: of("Running", running), status: "Running", health: "ok" },
  {
    name: "runs and is not ready",
    pod: of("Running", { ...running, ready: false }),
    status: "Running",
    health: "warning",
  },
  {
    name: "waits for the scheduler",
    pod: {
      spec,
      status: {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: gpus }],
      },
    },
    status: "Pending",
    message: gpus,
    health: "warning",
  },
  {
    name: "waits behind a gate",
    pod: {
      spec,
      status: {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated", message: "gated" }],
      },
    },
    status: "SchedulingGated",
    message: "gated",
    health: "warning",
  },
  {
    name: "is being started",
    pod: of("Pending", waiting("ContainerCreating")),
    status: "ContainerCreating",
    health: "progress",
  },
  {
    name: "can't pull its image",
    pod: of("Pending", waiting("ImagePullBackOff", "Back-off pulling image x")),
    status: "ImagePullBackOff",
    message: "Back-off pulling image x",
    health: "error",
  },
  {
    name: "may not pull an image that is not there",
    pod: of(
      "Pending",
      waiting("ErrImageNeverPull", "Container image x is not present with pull policy of Never"),
    ),
    status: "ErrImageNeverPull",
    message: "Container image x is not present with pull policy of Never",
    health: "error",
  },
  {
    name: "crashes",
    pod: of(
      "Running",
      waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container=main pod=x", {
        terminated: { reason: "Error", exitCode: 1 },
      }),
    ),
    status: "CrashLoopBackOff",
    message: "Ended with exit code 1; starts again after 5m0s.",
    health: "error",
  },
  {
    name: "crashes for want of memory",
    pod: of(
      "Running",
      waiting("CrashLoopBackOff", "back-off", { terminated: { reason: "OOMKilled", exitCode: 137 } }),
    ),
    status: "CrashLoopBackOff (OOMKilled)",
    message: "back-off",
    health: "error",
  },
  {
    name: "was killed for memory for good",
    pod: of("Failed", ended("OOMKilled", 137)),
    status: "OOMKilled",
    message: "Exit code 137.",
    health: "error",
  },
  {
    name: "was killed for memory and runs again",
    pod: of("Running", { ...running, restartCount: 1, lastState: { terminated: { reason: "OOMKilled" } } }),
    status: "Running",
    message: "Container main was killed for memory (OOMKilled) before.",
    health: "ok",
  },
  {
    name: "has ended well",
    pod: of("Succeeded", ended("Completed", 0)),
    status: "Completed",
    health: "done",
  },
  {
    name: "has ended without a reason",
    pod: of("Failed", ended(undefined, 3)),
    status: "ExitCode:3",
    health: "error",
  },
  {
    name: "has ended by a signal",
    pod: of("Failed", ended(undefined, 137, { signal: 9 })),
    status: "Signal:9",
    health: "error",
  },
  {
    name: "has one container that ended and one that runs",
    pod: {
      spec: { containers: [{ name: "a" }, { name: "main" }] },
      status: { phase: "Running", containerStatuses: [ended("Completed", 0), running] },
    },
    status: "Running",
    health: "warning",
  },
  {
    name: "was evicted",
    pod: {
      spec,
      status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
    },
    status: "Evicted",
    message: "The node was low on resource: memory.",
    health: "error",
  },
  {
    name: "was refused by the device plugin",
    pod: {
      spec,
      status: { phase: "Failed", reason: "UnexpectedAdmissionError", message: "Allocate failed" },
    },
    status: "UnexpectedAdmissionError",
    message: "Allocate failed",
    health: "error",
  },
  {
    name: "is on its way out",
    pod: { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" }, ...of("Running", running) },
    status: "Terminating",
    health: "progress",
  },
  {
    name: "runs its init containers",
    pod: {
      spec: { ...spec, initContainers: [{ name: "a" }, { name: "b" }] },
      status: {
        phase: "Pending",
        initContainerStatuses: [
          { name: "a", state: { terminated: { exitCode: 0 } } },
          { name: "b", state: { running: {} } },
        ],
      },
    },
    status: "Init:1/2",
    health: "progress",
  },
  {
    name: "fails in an init container",
    pod: {
      spec: { ...spec, initContainers: [{ name: "a" }] },
      status: { phase: "Pending", initContainerStatuses: [{ ...waiting("CrashLoopBackOff"), name: "a" }] },
    },
    status: "Init:CrashLoopBackOff",
    health: "error",
  },
  {
    name: "has a sidecar that runs",
    pod: {
      spec: { ...spec, initContainers: [{ name: "proxy", restartPolicy: "Always" }] },
      status: {
        phase: "Running",
        initContainerStatuses: [{ name: "proxy", started: true, ready: true, state: { running: {} } }],
        containerStatuses: [running],
      },
    },
    status: "Running",
    health: "ok",
  },
  { name: "says nothing", pod: {}, status: "Unknown", health: "unknown" },
];

describe("the status of a pod that", () => {
  for (const one of cases) {
    it(one.name, () => {
      const { status, message, health } = podStatus(one.pod);
      assert.deepEqual(
        { status, message, health },
        { status: one.status, message: one.message, health: one.health },
      );
    });
  }

  it("is not disturbed by values of any type", () => {
    for (const junk of [null, 7, "x", [], { a: [] }]) {
      const pod = { metadata: junk, spec: junk, status: junk } as Record<string, unknown>;
      assert.equal(typeof podStatus(pod).status, "string");
      assert.equal(
        typeof podStatus({ spec: { containers: junk }, status: { containerStatuses: [junk] } }).status,
        "string",
      );
    }
  });

  it("counts ready containers with sidecars, and restarts of all", () => {
    const { ready, containers, restarts } = podStatus({
      spec: {
        containers: [{ name: "main" }, { name: "b" }],
        initContainers: [{ name: "proxy", restartPolicy: "Always" }],
      },
      status: {
        phase: "Running",
        initContainerStatuses: [{ name: "proxy", started: true, ready: true, restartCount: 2 }],
        containerStatuses: [{ ...running, restartCount: 3 }],
      },
    });
    assert.deepEqual([ready, containers, restarts], [2, 3, 5]);
  });
});
