// Takes down what a run left on the machine: processes by their ids, and mounts, cgroups, network links, packet rules
// and host names by the run's name. Linux; elsewhere there is nothing to find.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runQuietly } from "./command.ts";

/** The programs of the engines that start further programs which outlive them. */
const engineProgram =
  /^(dockerd|docker-proxy|containerd|containerd-shim|containerd-shim-runc-v2|runc|buildkitd)$/;

/** The engines' processes whose command line names the run's folder; shims are nobody's children in the end. */
export function findEngineProcesses(folder: string): number[] {
  const found: number[] = [];
  for (const entry of list("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const words = read(`/proc/${entry}/cmdline`).split("\0");
    if (engineProgram.test(basename(words[0] ?? "")) && words.some((word) => word.includes(folder))) {
      found.push(Number(entry));
    }
  }
  return found;
}

/** Whether a process runs; a zombie, which waits only for its parent's look, does not. */
export function isProcessAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !/^State:\s+Z/m.test(read(`/proc/${processId}/status`));
}

/** Ends processes by their ids, with SIGTERM and after the limit with SIGKILL; blocks until they are gone. */
export function endProcesses(processIds: readonly number[], limitMs: number): void {
  signalAll(processIds, "SIGTERM");
  if (waitForAll(processIds, limitMs)) return;
  signalAll(processIds, "SIGKILL");
  waitForAll(processIds, 2_000);
}

function signalAll(processIds: readonly number[], signal: NodeJS.Signals): void {
  for (const processId of processIds) {
    try {
      process.kill(processId, signal);
    } catch {
      // Gone already.
    }
  }
}

function waitForAll(processIds: readonly number[], limitMs: number): boolean {
  const end = Date.now() + limitMs;
  while (processIds.some(isProcessAlive)) {
    if (Date.now() > end) return false;
    pause(30);
  }
  return true;
}

/** Waits without giving way; this runs while the process is on its way out, where nothing can be awaited. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Unmounts everything under a folder, the deepest first. */
export function unmountUnder(folder: string): void {
  const points = read("/proc/self/mountinfo")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.sort((a, b) => b.length - a.length)) runQuietly("umount", ["--lazy", point]);
}

/** Where the cgroup hierarchies are mounted: one in version 2, one per controller in version 1. */
function cgroupRoots(): string[] {
  return read("/proc/self/mountinfo")
    .split("\n")
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" ")[4] ?? "")
    .filter((point) => point !== "");
}

/** Makes a cgroup of that name in every hierarchy. */
export function makeCgroups(name: string): void {
  for (const cgroup of cgroupsNamed(name)) mkdirSync(cgroup, { recursive: true });
}

/** Kills what runs in the cgroups of that name; blocks until it is gone. */
export function endCgroupProcesses(name: string): void {
  const processIds = [...new Set(cgroupsNamed(name).flatMap(processesIn))];
  signalAll(processIds, "SIGKILL");
  waitForAll(processIds, 2_000);
}

/** Removes the cgroups of that name from every hierarchy, which must be empty of processes. */
export function removeCgroups(name: string): void {
  for (const cgroup of cgroupsNamed(name)) removeCgroup(cgroup);
}

function cgroupsNamed(name: string): string[] {
  return cgroupRoots().map((root) => join(root, name));
}

function processesIn(cgroup: string): number[] {
  const own = read(join(cgroup, "cgroup.procs")).split("\n").filter(Boolean).map(Number);
  return [...own, ...childrenOf(cgroup).flatMap(processesIn)];
}

function removeCgroup(cgroup: string): void {
  for (const child of childrenOf(cgroup)) removeCgroup(child);
  // A cgroup stays busy for some milliseconds after its last process has gone.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      rmdirSync(cgroup);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EBUSY") return;
      pause(25);
    }
  }
}

function childrenOf(cgroup: string): string[] {
  try {
    return readdirSync(cgroup, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(cgroup, entry.name));
  } catch {
    return [];
  }
}

/** Removes the bridge of that name and the packet rules that the network plugins made for its network. */
export function removeNetwork(name: string): void {
  if (!existsSync(`/sys/class/net/${name}`)) return;
  const rules = runQuietly("iptables-save", ["-t", "nat"]).split("\n");
  const ours = rules.filter((rule) => rule.startsWith("-A ") && rule.includes(`\\"${name}\\"`));
  for (const rule of ours) runQuietly("iptables", ["-t", "nat", "-D", ...wordsOf(rule.slice("-A ".length))]);
  // The chains of our pods: those that our rules are in or jump to.
  const chains = new Set(
    ours.flatMap((rule) => rule.match(/CNI-[0-9a-f]{24}|CNI-(?:DN|SN)-[0-9a-f]{21}/g) ?? []),
  );
  for (const chain of chains) runQuietly("iptables", ["-t", "nat", "-F", chain]);
  for (const chain of chains) runQuietly("iptables", ["-t", "nat", "-X", chain]);
  // Last, because its presence says that there may be rules.
  runQuietly("ip", ["link", "delete", name]);
}

/** The words of a saved rule, whose comments are quoted. */
function wordsOf(rule: string): string[] {
  return (rule.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).map((word) =>
    word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word,
  );
}

/** Removes the lines of /etc/hosts that a run of that name added. */
export function removeHostNames(name: string): void {
  const hosts = read("/etc/hosts");
  const kept = hosts.split("\n").filter((line) => !line.endsWith(` # ${name}`));
  if (kept.length !== hosts.split("\n").length) writeFileSync("/etc/hosts", kept.join("\n"));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
