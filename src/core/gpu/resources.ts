// The extended resource names under which vendors offer their accelerators, as of 2026-08.
import { nearest } from "../syntax/nearest.ts";

export interface AcceleratorResource {
  /** Name in `resources.limits`. */
  readonly name: string;
  readonly vendor: string;
  /** Page of the device plugin that offers it. */
  readonly source: string;
}

const NVIDIA = "https://github.com/NVIDIA/k8s-device-plugin";

export const acceleratorResources: readonly AcceleratorResource[] = [
  { name: "nvidia.com/gpu", vendor: "NVIDIA", source: NVIDIA },
  { name: "nvidia.com/gpu.shared", vendor: "NVIDIA", source: NVIDIA },
  { name: "amd.com/gpu", vendor: "AMD", source: "https://github.com/ROCm/k8s-device-plugin" },
  {
    name: "gpu.intel.com/i915",
    vendor: "Intel",
    source: "https://github.com/intel/intel-device-plugins-for-kubernetes",
  },
  {
    name: "gpu.intel.com/xe",
    vendor: "Intel",
    source: "https://github.com/intel/intel-device-plugins-for-kubernetes",
  },
  { name: "habana.ai/gaudi", vendor: "Intel Gaudi", source: "https://docs.habana.ai" },
  {
    name: "google.com/tpu",
    vendor: "Google",
    source: "https://cloud.google.com/kubernetes-engine/docs/how-to/tpus",
  },
  {
    name: "aws.amazon.com/neuron",
    vendor: "AWS",
    source: "https://awsdocs-neuron.readthedocs-hosted.com",
  },
  {
    name: "aws.amazon.com/neuroncore",
    vendor: "AWS",
    source: "https://awsdocs-neuron.readthedocs-hosted.com",
  },
  { name: "huawei.com/Ascend910", vendor: "Huawei", source: "https://gitee.com/ascend/ascend-device-plugin" },
];

const MIG_PREFIX = "nvidia.com/mig-";

/** Names like these are real, though each cluster has its own set, so nothing is said about them. */
const REAL_FAMILIES = [
  MIG_PREFIX,
  "amd.com/",
  "gpu.intel.com/",
  "huawei.com/",
  "aws.amazon.com/neuron",
  "nvidia.com/gpu-",
  "nvidia.com/hostdev",
  "nvidia.com/pgpu",
];

/** True for a resource that is a GPU or another accelerator; network devices of NVIDIA are none. */
export function isAccelerator(name: string): boolean {
  return name.startsWith(MIG_PREFIX) || acceleratorResources.some((resource) => resource.name === name);
}

/** True for what the NVIDIA device plugin hands out: whole, shared and MIG GPUs. */
export function isNvidiaGpu(name: string): boolean {
  return name === "nvidia.com/gpu" || name === "nvidia.com/gpu.shared" || name.startsWith(MIG_PREFIX);
}

/** What follows `nvidia.com/mig-`, when `name` is a MIG resource. */
export function migProfileOf(name: string): string | undefined {
  return name.startsWith(MIG_PREFIX) ? name.slice(MIG_PREFIX.length) : undefined;
}

/** Spellings that people bring from elsewhere, with what they mean. */
const KNOWN_MISSPELLINGS: Readonly<Record<string, string>> = {
  gpu: "nvidia.com/gpu",
  gpus: "nvidia.com/gpu",
  nvidia: "nvidia.com/gpu",
  "nvidia/gpu": "nvidia.com/gpu",
  "nvidia-gpu": "nvidia.com/gpu",
  "nvidia.gpu": "nvidia.com/gpu",
  "gpu.nvidia.com": "nvidia.com/gpu",
  "nvidia.com": "nvidia.com/gpu",
  "gpu.nvidia.com/gpu": "nvidia.com/gpu",
  "alpha.kubernetes.io/nvidia-gpu": "nvidia.com/gpu",
  "amd/gpu": "amd.com/gpu",
  "intel.com/gpu": "gpu.intel.com/i915",
  "gpu.intel.com/gpu": "gpu.intel.com/i915",
  "habana.com/gaudi": "habana.ai/gaudi",
  "cloud-tpus.google.com/v2": "google.com/tpu",
  "google.com/tpus": "google.com/tpu",
};

/**
 * The accelerator that a misspelt resource name means.
 * @returns undefined for a right name, and for one that is like none of ours (it may be the cluster's own).
 */
export function meantAccelerator(name: string): string | undefined {
  if (isAccelerator(name)) return undefined;
  const known = KNOWN_MISSPELLINGS[name.toLowerCase()];
  if (known) return known;
  if (/^nvidia\.com\/mig[._]?\d/i.test(name)) return name.replace(/^nvidia\.com\/mig[._]?/i, MIG_PREFIX);
  if (REAL_FAMILIES.some((family) => name.startsWith(family))) return nearWithin(name, 1);
  if (!name.includes("/") && !/gpu|gaudi|tpu|neuron/i.test(name)) return undefined;
  return nearWithin(name, 2);
}

function nearWithin(name: string, edits: number): string | undefined {
  const found = nearest(
    name,
    acceleratorResources.map((resource) => resource.name),
  );
  if (!found || Math.abs(found.length - name.length) > edits) return undefined;
  return found;
}
