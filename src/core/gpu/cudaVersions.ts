// CUDA toolkits, the drivers they need, and the CUDA builds that PyTorch is published for, as dated data.
// Sources: CUDA Toolkit Release Notes, table 3, and docs.nvidia.com/deploy/cuda-compatibility (read 2026-10);
// pytorch RELEASE.md and the build matrix of pytorch/test-infra (read 2026-10).

/** When the tables below were read. What is newer than them is not judged. */
export const CUDA_TABLES_READ = "2026-10";

export interface CudaVersion {
  readonly major: number;
  readonly minor: number;
}

/** The first driver branch on Linux that runs anything built for a major version. */
const OLDEST_DRIVER: Readonly<Record<number, string>> = { 11: "450", 12: "525", 13: "580" };

/** The last update of each toolkit, which is the last number of its images' tags. 12.7 was never published. */
const LAST_UPDATE: Readonly<Record<string, number>> = {
  "11.0": 3,
  "11.1": 1,
  "11.2": 2,
  "11.3": 1,
  "11.4": 3,
  "11.5": 2,
  "11.6": 2,
  "11.7": 1,
  "11.8": 0,
  "12.0": 1,
  "12.1": 1,
  "12.2": 2,
  "12.3": 2,
  "12.4": 1,
  "12.5": 1,
  "12.6": 3,
  "12.8": 1,
  "12.9": 1,
  "13.0": 2,
  "13.1": 1,
  "13.2": 2,
  "13.3": 1,
};
const NEWEST: CudaVersion = { major: 13, minor: 4 };

/** @returns undefined for a major version that is older or newer than the table. */
export function oldestDriver(cuda: CudaVersion): string | undefined {
  return OLDEST_DRIVER[cuda.major];
}

export function isNewerThanTable(cuda: CudaVersion): boolean {
  return cuda.major > NEWEST.major || (cuda.major === NEWEST.major && cuda.minor > NEWEST.minor);
}

/** The last update of a toolkit; undefined for one that the table does not have. */
export function lastUpdate({ major, minor }: CudaVersion): number | undefined {
  return LAST_UPDATE[`${major}.${minor}`];
}

/** `12.4.1` → 12.4 · undefined for what is no version. */
export function cudaVersion(text: string): CudaVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.\d+)*$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** The CUDA of a wheel's tag: `cu118` → 11.8, `cu130` → 13.0. */
export function cudaOfTag(tag: string): CudaVersion | undefined {
  const match = /^cu(\d{1,2})(\d)$/.exec(tag);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

interface TorchRelease {
  /** As `2.14`. */
  readonly version: string;
  /** The tags of its wheels, the experimental ones too. */
  readonly tags: readonly string[];
  /** The build that plain `pip install torch` takes on Linux with x86-64. */
  readonly default: string;
}

const TORCH: readonly TorchRelease[] = [
  { version: "2.14", tags: ["cu126", "cu130", "cu132"], default: "cu130" },
  { version: "2.13", tags: ["cu126", "cu130", "cu132"], default: "cu130" },
  { version: "2.12", tags: ["cu126", "cu130", "cu132"], default: "cu130" },
  { version: "2.11", tags: ["cu126", "cu128", "cu130"], default: "cu130" },
  { version: "2.10", tags: ["cu126", "cu128", "cu130"], default: "cu128" },
  { version: "2.9", tags: ["cu126", "cu128", "cu130"], default: "cu128" },
  { version: "2.8", tags: ["cu126", "cu128", "cu129"], default: "cu128" },
  { version: "2.7", tags: ["cu118", "cu126", "cu128"], default: "cu126" },
  { version: "2.6", tags: ["cu118", "cu124", "cu126"], default: "cu124" },
  { version: "2.5", tags: ["cu118", "cu121", "cu124"], default: "cu124" },
  { version: "2.4", tags: ["cu118", "cu121", "cu124"], default: "cu121" },
  { version: "2.3", tags: ["cu118", "cu121"], default: "cu121" },
  { version: "2.2", tags: ["cu118", "cu121"], default: "cu121" },
  { version: "2.1", tags: ["cu118", "cu121"], default: "cu121" },
  { version: "2.0", tags: ["cu117", "cu118"], default: "cu117" },
];

/** What is known of a release of torch; `newest` is the newest that the table has. */
export type TorchKnown =
  | ({ readonly kind: "known" } & TorchRelease)
  | { readonly kind: "newer" | "older"; readonly newest: string };

/** @param version as `2.4`, `2.4.1` or `2.4.*`; undefined for the newest. */
export function torchRelease(version: string | undefined): TorchKnown {
  const [newest] = TORCH;
  const [major = 0, minor = 0] = (version ?? newest?.version ?? "").split(".").map(Number);
  const known = TORCH.find((release) => release.version === `${major}.${minor}`);
  if (known) return { kind: "known", ...known };
  const [top = 0, below = 0] = (newest?.version ?? "").split(".").map(Number);
  const newer = major > top || (major === top && minor > below);
  return { kind: newer ? "newer" : "older", newest: newest?.version ?? "" };
}
