// The GPUs of the nodes, and which pod holds which.
import { parseQuantity } from "../../core/kube/quantity.ts";
import type { Pod } from "../object.ts";

export interface Device {
  node: string;
  /** NVML index of the physical GPU on its node. */
  index: number;
  /** UUID of the physical GPU. */
  uuid: string;
  /** `NVIDIA H100 80GB HBM3` */
  model: string;
  busId: string;
  /** What it is advertised as: `nvidia.com/gpu`, `nvidia.com/mig-1g.10gb`. */
  resource: string;
  /** Of this device: of the instance under MIG, of the whole GPU when shared. */
  memoryMiB: number;
  idleWatts: number;
  limitWatts: number;
  mig?: { profile: string; instance: number; uuid: string };
  /** Time-slicing: which of the copies. */
  replica?: number;
}

/** Nothing is handed out twice; what a pod asks for beyond what is there it does not get. */
export class DevicePool {
  readonly #devices: readonly Device[];
  readonly #holders = new Map<Device, string>();
  readonly #pods = new Map<string, Pod>();

  constructor(devices: readonly Device[]) {
    this.#devices = devices;
  }

  onNode(node: string): Device[] {
    return this.#devices.filter((device) => device.node === node);
  }

  of(podUid: string): Device[] {
    return this.#devices.filter((device) => this.#holders.get(device) === podUid);
  }

  holder(device: Device): Pod | undefined {
    return this.#pods.get(this.#holders.get(device) ?? "");
  }

  /** Gives a pod on a node the devices that it asks for. */
  allocate(pod: Pod): Device[] {
    const given: Device[] = [];
    for (const [resource, amount] of acceleratorRequests(pod)) {
      const free = this.#devices.filter(
        (device) =>
          device.node === pod.spec.nodeName && device.resource === resource && !this.#holders.has(device),
      );
      given.push(...free.slice(0, amount));
    }
    for (const device of given) this.#holders.set(device, pod.metadata.uid);
    if (given.length > 0) this.#pods.set(pod.metadata.uid, pod);
    return given;
  }

  release(podUid: string): void {
    for (const [device, holder] of Array.from(this.#holders)) {
      if (holder === podUid) this.#holders.delete(device);
    }
    this.#pods.delete(podUid);
  }
}

/** Whole devices per resource name, over all containers. */
function acceleratorRequests(pod: Pod): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const [name, amount] of podRequests(pod)) if (name.startsWith("nvidia.com/")) wanted.set(name, amount);
  return wanted;
}

/** What a pod asks of its node, in base units. */
export function podRequests(pod: Pod): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const container of pod.spec.containers) {
    const { requests, limits } = container.resources ?? {};
    for (const [name, amount] of Object.entries({ ...limits, ...requests })) {
      wanted.set(name, (wanted.get(name) ?? 0) + (parseQuantity(String(amount)) ?? 0));
    }
  }
  return wanted;
}
