// GPUs and other accelerators as Kubernetes counts them: extended resources by name.
// Names: the device plugins of NVIDIA, AMD, Intel, Habana, Google, AWS, Huawei and Qualcomm.
import { field, type KubeObject, record } from "./object.ts";
import { addTo, podSum } from "./podSum.ts";
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

/** What the scheduler sets aside for a pod. */
export function podAccelerators(pod: KubeObject): AcceleratorCounts {
  return podSum(field(pod, "spec"), containerAccelerators);
}

function containerAccelerators(container: unknown): AcceleratorCounts {
  // Requests equal limits for extended resources, and the server fills requests in; a CRD's template may not.
  return acceleratorsIn({
    ...record(container, "resources", "limits"),
    ...record(container, "resources", "requests"),
  });
}

/** The sum of several counts. */
export function sumAccelerators(counts: Iterable<AcceleratorCounts>): AcceleratorCounts {
  const total: Record<string, number> = {};
  for (const one of counts) addTo(total, one);
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
