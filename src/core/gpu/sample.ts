// What one reading says of one GPU: figures, whose they are, and which of them can't be had.

/** Undefined is unknown, and never 0. */
export interface Figures {
  /** Percent of time in which the GPU worked, 0 to 100. */
  utilisation?: number | undefined;
  memoryUsedMiB?: number | undefined;
  memoryTotalMiB?: number | undefined;
  powerWatts?: number | undefined;
  temperatureCelsius?: number | undefined;
}

export interface Owner {
  namespace: string;
  pod: string;
  container?: string | undefined;
  /** What this pod alone uses of a shared GPU, where the source measures by process. */
  own?: Figures | undefined;
}

export interface DeviceSample {
  /** Of the physical GPU, also for a MIG instance. */
  uuid: string;
  /** Number of the GPU on its node. */
  index?: string | undefined;
  model?: string | undefined;
  /** As the source names it; the exporter's own pod name in some releases. */
  host?: string | undefined;
  mig?: { profile: string; instance: string } | undefined;
  /** Of the whole GPU, or of the MIG instance; power and temperature are always the whole GPU's. */
  figures: Figures;
  /** Pods that hold it; empty when nobody does or the source does not say. */
  owners: readonly Owner[];
  /** The source says that several pods take turns on it. */
  isShared: boolean;
  /** MIG is on, and the source has figures of the whole GPU only. */
  isMigParent?: boolean | undefined;
  /** When it was measured, in milliseconds since the epoch; undefined when the source does not say. */
  measuredMs?: number | undefined;
}

/** What one answer of a source says. */
export interface Reading {
  devices: readonly DeviceSample[];
  /** Why there is less than there could be, as a sentence. */
  trouble?: string | undefined;
}

/** Unique among the devices of all nodes. */
export function deviceKey({ uuid, mig }: Pick<DeviceSample, "uuid" | "mig">): string {
  return mig ? `${uuid}/${mig.instance}` : uuid;
}

/** True when no figure is known. */
export function isBlank(figures: Figures): boolean {
  return Object.values(figures).every((value) => value === undefined);
}
