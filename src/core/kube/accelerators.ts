// GPUs and other accelerators as Kubernetes counts them: extended resources by name.
// Names: the device plugins of NVIDIA, AMD, Intel, Habana, Google, AWS, Huawei and Qualcomm.
import { list, record, text, type KubeObject } from "./object.ts";
import { parseQuantity } from "./quantity.ts";

/** Devices by resource name, as `{ "nvidia.com/gpu": 2 }`. Names without devices are left out. */
export type AcceleratorCounts = Readonly<Record<string, number>>;

// Amounts of memory or shares of a core (nvidia.com/gpumem, …) are no devices and stay out of the count.
const ACCELERATOR = new RegExp(
  [
    "nvidia\\.com/(gpu(\\.shared)?|pgpu|mig-.+)",
    "amd\\.com/(gpu|[a-z]+_nps\\d+)",
    "gpu\\.intel\\.com/(i915|xe)",
    "habana\\.ai/gaudi",
    "google\\.com/tpu",
    "aws\\.amazon\\.com/neuron(device)?",
    "huawei\\.com/Ascend.+",
    "qualcomm\\.com/qaic",
  ]
    .map((pattern) => `^${pattern}$`)
    .join("|"),
);

/** True for a resource that counts whole devices that run models. */
export function isAccelerator(resource: string): boolean {
  // Most resources are cpu and memory, and projection runs for every object of a list.
  return resource.includes("/") && ACCELERATOR.test(resource);
}

/** The accelerators in a map of quantities, as `status.allocatable` of a node has it. */
export function acceleratorsIn(quantities: Readonly<Record<string, unknown>>): AcceleratorCounts {
  const counts: Record<string, number> = {};
  for (const [name, quantity] of Object.entries(quantities)) {
    if (!isAccelerator(name)) continue;
    const devices = parseQuantity(String(quantity));
    if (devices !== undefined && devices > 0) counts[name] = devices;
  }
  return counts;
}

/**
 * What the scheduler sets aside for a pod: the sum of its containers and sidecars, or what one init
 * container needs beside the sidecars started before it, whichever is more.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podAccelerators(pod: KubeObject): AcceleratorCounts {
  const running: Record<string, number> = {};
  const starting: Record<string, number> = {};
  for (const container of list(pod, "spec", "initContainers")) {
    const asked = containerAccelerators(container);
    if (text(container, "restartPolicy") === "Always") add(running, asked);
    for (const [name, devices] of Object.entries(asked)) {
      const beside = text(container, "restartPolicy") === "Always" ? 0 : (running[name] ?? 0);
      starting[name] = Math.max(starting[name] ?? 0, devices + beside);
    }
  }
  for (const container of list(pod, "spec", "containers")) add(running, containerAccelerators(container));
  for (const [name, devices] of Object.entries(starting)) {
    running[name] = Math.max(running[name] ?? 0, devices);
  }
  return running;
}

function containerAccelerators(container: unknown): AcceleratorCounts {
  // Requests equal limits for extended resources, and the server fills requests in; a CRD's template may not.
  return acceleratorsIn({
    ...record(container, "resources", "limits"),
    ...record(container, "resources", "requests"),
  });
}

function add(total: Record<string, number>, more: AcceleratorCounts): void {
  for (const [name, devices] of Object.entries(more)) total[name] = (total[name] ?? 0) + devices;
}

/** The sum of several counts. */
export function sumAccelerators(counts: Iterable<AcceleratorCounts>): AcceleratorCounts {
  const total: Record<string, number> = {};
  for (const one of counts) add(total, one);
  return total;
}

/** A resource's name for a person: `GPU`, `mig-1g.10gb`, `TPU`. */
export function acceleratorName(resource: string): string {
  if (resource === "nvidia.com/gpu" || resource === "amd.com/gpu") return "GPU";
  if (resource === "google.com/tpu") return "TPU";
  const short = resource.slice(resource.indexOf("/") + 1);
  return short === "gpu.shared" ? "shared GPU" : short === "gaudi" ? "Gaudi" : short;
}

/** `2 GPU`, or `1 GPU, 2 mig-1g.10gb`; empty without any. */
export function acceleratorText(counts: AcceleratorCounts): string {
  return Object.keys(counts)
    .sort()
    .map((name) => `${counts[name]} ${acceleratorName(name)}`)
    .join(", ");
}

/** `GPU 3/4`, for each resource that a node offers or that is asked of it. */
export function acceleratorUseText(requested: AcceleratorCounts, allocatable: AcceleratorCounts): string {
  return Object.keys({ ...requested, ...allocatable })
    .sort()
    .map((name) => `${acceleratorName(name)} ${requested[name] ?? 0}/${allocatable[name] ?? 0}`)
    .join(", ");
}
