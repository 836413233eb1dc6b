// The Container Device Interface files that a GPU machine's toolkit writes, for stand-in GPUs.
//
// A device is a node that is really /dev/null's, and nvidia-smi is a script that prints recorded output: for the
// engine and for whoever talks to it, `--gpus` works as on a GPU machine, up to the first CUDA call.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nvidiaSmiScript } from "../nvidiaSmi.ts";

/**
 * The state of the engine's GPU stack.
 *
 * - `cdi`: all is well.
 * - `no-toolkit`: no NVIDIA Container Toolkit on the machine.
 * - `no-spec`: the toolkit is there, but nobody ran `nvidia-ctk cdi generate`.
 * - `stale`: the file names a driver library that is no longer there, as after a driver update.
 * - `one-lost`: the last GPU fell off the bus; the others work.
 */
export type GpuState = "cdi" | "no-toolkit" | "no-spec" | "stale" | "one-lost";

/** Writes, changes or removes the CDI file in the engine's folder; the engine sees it at once. */
export function writeCdi(folder: string, state: GpuState, count: number): void {
  const specFolder = join(folder, "cdi");
  const specPath = join(specFolder, "nvidia.json");
  mkdirSync(specFolder, { recursive: true });
  if (state === "no-toolkit" || state === "no-spec") {
    rmSync(specPath, { force: true });
    return;
  }
  const script = join(folder, "nvidia-smi");
  const present = state === "one-lost" ? count - 1 : count;
  writeFileSync(script, nvidiaSmiScript(count), { mode: 0o755 });
  const indexes = Array.from({ length: present }, (_, index) => index);
  const mounts = [mount(script, "/usr/bin/nvidia-smi")];
  if (state === "stale") {
    const library = "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.86.15";
    mounts.push(mount(join(folder, "removed", library), library));
  }
  const spec = {
    cdiVersion: "0.6.0",
    kind: "nvidia.com/gpu",
    containerEdits: { mounts },
    devices: [
      ...indexes.map((index) => device(String(index), [index])),
      ...(present > 0 ? [device("all", indexes)] : []),
    ],
  };
  writeFileSync(specPath, JSON.stringify(spec, null, 2));
}

function device(name: string, indexes: readonly number[]): object {
  return {
    name,
    containerEdits: {
      env: [`NVIDIA_VISIBLE_DEVICES=${name === "all" ? "all" : indexes.join(",")}`],
      deviceNodes: indexes.map((index) => ({
        path: `/dev/nvidia${index}`,
        type: "c",
        major: 1,
        minor: 3,
        fileMode: 0o666,
        permissions: "rw",
      })),
    },
  };
}

function mount(hostPath: string, containerPath: string): object {
  return { hostPath, containerPath, options: ["ro", "nosuid", "nodev", "bind"] };
}
