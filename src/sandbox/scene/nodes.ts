// The three nodes of the scene: full GPUs, MIG instances, and one GPU shared by time-slicing.
import type { NewObject } from "../api/store.ts";
import { kubernetesVersion } from "../api/discovery.ts";
import type { Device } from "../control/devices.ts";
import { timestamp } from "../object.ts";
import { driverVersion } from "./readings.ts";

export const nodeNames = { full: "gpu-h100-0", mig: "gpu-a100-mig-0", shared: "gpu-l4-0" };

const full = 8;
const sharedReplicas = 4;
/** MIG's `all-balanced` for an A100 80 GB: profile, instance id, MiB. */
const balanced = [
  { profile: "1g.10gb", instance: 9, memoryMiB: 9_728, multiprocessors: 14, slices: 1 },
  { profile: "1g.10gb", instance: 10, memoryMiB: 9_728, multiprocessors: 14, slices: 1 },
  { profile: "2g.20gb", instance: 3, memoryMiB: 19_968, multiprocessors: 28, slices: 2 },
  { profile: "3g.40gb", instance: 1, memoryMiB: 40_192, multiprocessors: 42, slices: 3 },
];
const migGpus = 2;

function uuid(prefix: string, kind: number, index: number): string {
  const digits = (index * 7_919 + kind * 104_729 + 4_660).toString(16).padStart(8, "5");
  return `${prefix}-${digits}-5a0d-b0c5-9${kind}a${index}-51a9${String(kind)}0ca${String(index).padStart(4, "0")}`;
}

export function sceneDevices(): Device[] {
  const devices: Device[] = [];
  for (let index = 0; index < full; index++) {
    devices.push({
      node: nodeNames.full,
      index,
      uuid: uuid("GPU", 1, index),
      model: "NVIDIA H100 80GB HBM3",
      busId: `00000000:${(0x19 + index * 0x10).toString(16).toUpperCase()}:00.0`,
      resource: "nvidia.com/gpu",
      memoryMiB: 81_559,
      idleWatts: 72,
      limitWatts: 700,
    });
  }
  for (let index = 0; index < migGpus; index++) {
    for (const [at, slice] of balanced.entries()) {
      devices.push({
        node: nodeNames.mig,
        index,
        uuid: uuid("GPU", 2, index),
        model: "NVIDIA A100-SXM4-80GB",
        busId: `00000000:0${index + 7}:00.0`,
        resource: `nvidia.com/mig-${slice.profile}`,
        memoryMiB: slice.memoryMiB,
        idleWatts: 61,
        limitWatts: 400,
        mig: { profile: slice.profile, instance: slice.instance, uuid: uuid("MIG", 3, index * 10 + at) },
      });
    }
  }
  for (let replica = 0; replica < sharedReplicas; replica++) {
    devices.push({
      node: nodeNames.shared,
      index: 0,
      uuid: uuid("GPU", 4, 0),
      model: "NVIDIA L4",
      busId: "00000000:00:04.0",
      resource: "nvidia.com/gpu",
      memoryMiB: 23_034,
      idleWatts: 17,
      limitWatts: 72,
      replica,
    });
  }
  return devices;
}

function migLabels(): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { profile, memoryMiB, multiprocessors, slices } of balanced) {
    const prefix = `nvidia.com/mig-${profile}`;
    const count = balanced.filter((one) => one.profile === profile).length * migGpus;
    labels[`${prefix}.count`] = String(count);
    labels[`${prefix}.replicas`] = "1";
    labels[`${prefix}.sharing-strategy`] = "none";
    labels[`${prefix}.product`] = `NVIDIA-A100-SXM4-80GB-MIG-${profile}`;
    labels[`${prefix}.memory`] = String(memoryMiB);
    labels[`${prefix}.multiprocessors`] = String(multiprocessors);
    labels[`${prefix}.slices.gi`] = String(slices);
    labels[`${prefix}.slices.ci`] = String(slices);
  }
  return labels;
}

interface NodeFacts {
  name: string;
  address: string;
  product: string;
  family: string;
  compute: string;
  count: number;
  memoryMiB: number;
  cpus: number;
  memoryGi: number;
  machine: string;
  labels: Record<string, string>;
  gpus: Record<string, string>;
  taints: { key: string; value: string; effect: string }[];
}

function migCapacity(): Record<string, string> {
  const capacity: Record<string, string> = { "nvidia.com/gpu": "0" };
  for (const { profile } of balanced) {
    const count = balanced.filter((one) => one.profile === profile).length * migGpus;
    capacity[`nvidia.com/mig-${profile}`] = String(count);
  }
  return capacity;
}

function facts(): NodeFacts[] {
  const unshared = { "nvidia.com/gpu.replicas": "1", "nvidia.com/gpu.sharing-strategy": "none" };
  return [
    {
      name: nodeNames.full,
      address: "192.168.40.12",
      product: "NVIDIA-H100-80GB-HBM3",
      family: "hopper",
      compute: "9.0",
      count: full,
      memoryMiB: 81_559,
      cpus: 192,
      memoryGi: 2_048,
      machine: "HGX-H100-8",
      labels: {
        ...unshared,
        "nvidia.com/mig.capable": "true",
        "nvidia.com/mig.config": "all-disabled",
        "nvidia.com/mig.config.state": "success",
      },
      gpus: { "nvidia.com/gpu": String(full) },
      taints: [],
    },
    {
      name: nodeNames.mig,
      address: "192.168.40.11",
      product: "NVIDIA-A100-SXM4-80GB",
      family: "ampere",
      compute: "8.0",
      count: migGpus,
      memoryMiB: 81_920,
      cpus: 48,
      memoryGi: 512,
      machine: "HGX-A100-2",
      labels: {
        "nvidia.com/gpu.replicas": "0",
        "nvidia.com/gpu.sharing-strategy": "none",
        "nvidia.com/mig.capable": "true",
        "nvidia.com/mig.strategy": "mixed",
        "nvidia.com/mig.config": "all-balanced",
        "nvidia.com/mig.config.state": "success",
        ...migLabels(),
      },
      gpus: migCapacity(),
      taints: [],
    },
    {
      name: nodeNames.shared,
      address: "192.168.40.13",
      product: "NVIDIA-L4-SHARED",
      family: "ada-lovelace",
      compute: "8.9",
      count: 1,
      memoryMiB: 23_034,
      cpus: 16,
      memoryGi: 64,
      machine: "G2-Standard-16",
      labels: {
        "nvidia.com/gpu.replicas": String(sharedReplicas),
        "nvidia.com/gpu.sharing-strategy": "time-slicing",
        "nvidia.com/mig.capable": "false",
      },
      gpus: { "nvidia.com/gpu": String(sharedReplicas) },
      taints: [],
    },
  ];
}

export function sceneNodes(createdAt: number, now: number): NewObject[] {
  return facts().map((one) => {
    const amounts = {
      cpu: String(one.cpus),
      memory: `${one.memoryGi}Gi`,
      "ephemeral-storage": "1800Gi",
      pods: "110",
      ...one.gpus,
    };
    const [major = "", minor = ""] = one.compute.split(".");
    const [driverMajor = "", driverMinor = "", revision = ""] = driverVersion.split(".");
    return {
      metadata: {
        name: one.name,
        labels: {
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/os": "linux",
          "kubernetes.io/hostname": one.name,
          "node.kubernetes.io/instance-type": one.machine.toLowerCase(),
          "feature.node.kubernetes.io/pci-10de.present": "true",
          "nvidia.com/gpu.present": "true",
          "nvidia.com/gpu.product": one.product,
          "nvidia.com/gpu.count": String(one.count),
          "nvidia.com/gpu.memory": String(one.memoryMiB),
          "nvidia.com/gpu.family": one.family,
          "nvidia.com/gpu.compute.major": major,
          "nvidia.com/gpu.compute.minor": minor,
          "nvidia.com/gpu.machine": one.machine,
          "nvidia.com/gpu.mode": "compute",
          "nvidia.com/gpu.deploy.dcgm-exporter": "true",
          "nvidia.com/gpu.deploy.device-plugin": "true",
          "nvidia.com/cuda.driver-version.full": driverVersion,
          "nvidia.com/cuda.driver-version.major": driverMajor,
          "nvidia.com/cuda.driver-version.minor": driverMinor,
          "nvidia.com/cuda.driver-version.revision": revision,
          "nvidia.com/cuda.runtime-version.full": "13.0",
          "nvidia.com/cuda.runtime-version.major": "13",
          "nvidia.com/cuda.runtime-version.minor": "0",
          ...one.labels,
        },
      },
      spec: one.taints.length > 0 ? { taints: one.taints } : {},
      status: {
        capacity: amounts,
        allocatable: { ...amounts },
        conditions: conditions(createdAt, now),
        addresses: [
          { type: "InternalIP", address: one.address },
          { type: "Hostname", address: one.name },
        ],
        nodeInfo: {
          architecture: "amd64",
          bootID: "",
          containerRuntimeVersion: "containerd://2.1.4",
          kernelVersion: "6.8.0-sandbox",
          kubeProxyVersion: "",
          kubeletVersion: `v${kubernetesVersion}`,
          machineID: "",
          operatingSystem: "linux",
          osImage: "Slipway sandbox",
          systemUUID: "",
        },
      },
    };
  });
}

function conditions(createdAt: number, now: number): object[] {
  const times = { lastHeartbeatTime: timestamp(now), lastTransitionTime: timestamp(createdAt) };
  const good = [
    ["MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
    ["DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    ["PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
  ].map(([type, reason, message]) => ({ type, status: "False", reason, message, ...times }));
  return [
    ...good,
    {
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      message: "kubelet is posting ready status",
      ...times,
    },
  ];
}
