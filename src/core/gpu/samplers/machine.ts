// nvidia-smi on this machine, for local containers: which processes are on which GPU, and whose processes they are.
// Source: nvidia-smi(1), --query-compute-apps; cgroups(7); the cgroup drivers of Docker.
import { smiQuery } from "./nvidiaSmi.ts";

const INTERVAL = ["-lms", "1000"];

/** Prints the figures of all GPUs once a second until it is ended. */
export const machineGpuArgs: readonly string[] = [...smiQuery.slice(1), ...INTERVAL];

/** Prints the processes on all GPUs once a second; nothing when there are none. */
export const machineProcessArgs: readonly string[] = [
  "--query-compute-apps=gpu_uuid,pid,used_memory",
  "--format=csv,noheader,nounits",
  ...INTERVAL,
];

export interface GpuProcess {
  uuid: string;
  pid: number;
  memoryMiB: number | undefined;
}

/** A line of the processes; undefined for anything else. */
export function gpuProcess(line: string): GpuProcess | undefined {
  const cells = line.split(",").map((cell) => cell.trim());
  const [uuid = "", pid = "", memory = ""] = cells;
  if (cells.length !== 3 || !/^(GPU|MIG)-[\w-]+$/.test(uuid) || !/^[1-9]\d{0,9}$/.test(pid)) return undefined;
  return { uuid, pid: Number(pid), memoryMiB: /^\d+(\.\d+)?$/.test(memory) ? Number(memory) : undefined };
}

/**
 * Id of the container a process is in, from its /proc/PID/cgroup: `…/docker/ID` of cgroupfs in both versions,
 * `…/docker-ID.scope` of systemd; undefined for a process of the machine itself.
 */
export function containerOfCgroup(text: string): string | undefined {
  return /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m.exec(text)?.[1];
}
