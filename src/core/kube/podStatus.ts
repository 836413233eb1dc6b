// What a pod is doing and why, from its status: the word kubectl shows, and the sentence behind it.
import { condition, count, field, type KubeObject, list, text } from "./object.ts";
import { type Health, isTerminating } from "./row.ts";

export interface PodStatus {
  phase: string;
  /** `Running`, `Pending`, `CrashLoopBackOff`, `OOMKilled`, `Init:1/2`, `Terminating`, … */
  status: string;
  message?: string;
  health: Health;
  ready: number;
  containers: number;
  restarts: number;
}

/** Waiting reasons of a pod that is simply on its way. */
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);

/** Never throws; a pod without a status is `Unknown`. */
export function podStatus(pod: KubeObject): PodStatus {
  const phase = text(pod, "status", "phase") ?? "Unknown";
  const main = list(pod, "status", "containerStatuses");
  const init = list(pod, "status", "initContainerStatuses");
  const sidecars = new Set(
    list(pod, "spec", "initContainers")
      .filter((container) => text(container, "restartPolicy") === "Always")
      .map((container) => text(container, "name")),
  );
  const counted = [...main, ...init.filter((one) => sidecars.has(text(one, "name")))];
  const numbers = {
    phase,
    ready: counted.filter((one) => field(one, "ready") === true).length,
    containers: Math.max(list(pod, "spec", "containers").length, main.length) + sidecars.size,
    restarts: [...main, ...init].reduce<number>((sum, one) => sum + count(one, "restartCount"), 0),
  };
  const why =
    isTerminating(pod) && phase !== "Succeeded" && phase !== "Failed"
      ? { status: "Terminating" }
      : (initReason(pod, init, sidecars) ?? mainReason(pod, phase, main));
  const message = why.message;
  const row = { ...numbers, status: why.status, health: healthOf(why.status, phase, numbers) };
  return message === undefined ? row : { ...row, message };
}

interface Reason {
  status: string;
  message?: string;
}

function initReason(
  pod: KubeObject,
  statuses: readonly unknown[],
  sidecars: ReadonlySet<string | undefined>,
): Reason | undefined {
  const total = list(pod, "spec", "initContainers").length;
  for (const [index, one] of statuses.entries()) {
    const terminated = field(one, "state", "terminated");
    if (terminated && count(terminated, "exitCode") === 0) continue;
    if (sidecars.has(text(one, "name")) && field(one, "started") === true) continue;
    if (terminated) {
      const ended = endReason(terminated);
      return { ...ended, status: `Init:${ended.status}` };
    }
    const waiting = text(one, "state", "waiting", "reason");
    if (waiting && !STARTING.has(waiting)) {
      const because = waitReason(one, waiting);
      return { ...because, status: `Init:${because.status}` };
    }
    // A pod that has no node yet starts nothing; its reason is the scheduler's.
    if (field(condition(pod, "PodScheduled"), "status") === "False") return undefined;
    return { status: `Init:${index}/${total}` };
  }
  return undefined;
}

function mainReason(pod: KubeObject, phase: string, statuses: readonly unknown[]): Reason {
  const scheduled = condition(pod, "PodScheduled");
  if (phase === "Pending" && text(scheduled, "status") === "False") {
    const status = text(scheduled, "reason") === "SchedulingGated" ? "SchedulingGated" : "Pending";
    return reason(status, text(scheduled, "message"));
  }
  const own = text(pod, "status", "reason");
  if (own) return reason(own, text(pod, "status", "message"));
  let running = false;
  let found: Reason | undefined;
  for (const one of statuses) {
    const waiting = text(one, "state", "waiting", "reason");
    const terminated = field(one, "state", "terminated");
    if (field(one, "state", "running")) running = true;
    // The first container in trouble speaks for the pod; one that only starts or has ended well does not.
    const next = waiting ? waitReason(one, waiting) : terminated ? endReason(terminated) : undefined;
    if (next && (!found || isCalm(found.status)) && !(found && isCalm(next.status))) found = next;
  }
  if (found && !(found.status === "Completed" && running)) return found;
  if (phase === "Running" || running) return runningReason(statuses);
  return reason(phase === "Succeeded" ? "Completed" : phase, text(pod, "status", "message"));
}

/** Running now; when it was killed for memory before, that is what a person has to know. */
function runningReason(statuses: readonly unknown[]): Reason {
  const killed = statuses.find((one) => text(one, "lastState", "terminated", "reason") === "OOMKilled");
  if (!killed) return { status: "Running" };
  return {
    status: "Running",
    message: `Container ${text(killed, "name") ?? ""} was killed for memory (OOMKilled) before.`,
  };
}

function waitReason(container: unknown, waiting: string): Reason {
  const message = text(container, "state", "waiting", "message");
  const before = text(container, "lastState", "terminated", "reason");
  if (waiting !== "CrashLoopBackOff" || before === undefined) return reason(waiting, message);
  const exit = count(container, "lastState", "terminated", "exitCode");
  // `Error` says no more than the exit code does; OOMKilled does.
  if (before === "Error" || before === "Completed") {
    // "back-off 5m0s restarting failed container=main pod=…": only the wait is news here.
    const wait = /^back-off (\S+) /.exec(message ?? "")?.[1];
    return {
      status: waiting,
      message: `Ended with exit code ${exit}${wait === undefined ? "" : `; starts again after ${wait}`}.`,
    };
  }
  return reason(`${waiting} (${before})`, message);
}

function endReason(terminated: unknown): Reason {
  const signal = count(terminated, "signal");
  const exit = count(terminated, "exitCode");
  const because = text(terminated, "reason");
  const message = text(terminated, "message");
  if (because) return reason(because, message ?? (exit === 0 ? undefined : `Exit code ${exit}.`));
  return reason(signal ? `Signal:${signal}` : `ExitCode:${exit}`, message);
}

function reason(status: string, message: string | undefined): Reason {
  return message === undefined ? { status } : { status, message };
}

function isCalm(status: string): boolean {
  return STARTING.has(status) || status === "Completed";
}

function healthOf(status: string, phase: string, numbers: { ready: number; containers: number }): Health {
  if (status === "Running") return numbers.ready >= numbers.containers ? "ok" : "warning";
  if (phase === "Succeeded" || status === "Completed") return "done";
  if (status === "Terminating" || STARTING.has(status) || /^Init:\d+\/\d+$/.test(status)) return "progress";
  if (status === "Pending" || status === "SchedulingGated") return "warning";
  return phase === "Unknown" || status === "Unknown" ? "unknown" : "error";
}
