// The tags of nvidia/cuda: what they say, and which do not exist. Read 2026-10.
// Sources: https://gitlab.com/nvidia/container-images/cuda (README and support policy).
import {
  cudaOfTag,
  cudaVersion,
  type CudaVersion,
  isNewerThanTable,
  lastUpdate,
} from "../gpu/cudaVersions.ts";
import { imageName } from "./imageName.ts";

export interface CudaImage {
  /** `nvidia/cuda`, also at nvcr.io; or `pytorch/pytorch`. */
  readonly kind: "cuda" | "pytorch";
  readonly tag: string | undefined;
  readonly cuda: CudaVersion | undefined;
  readonly flavour: "base" | "runtime" | "devel" | undefined;
}

const CUDA = /^(?:nvcr\.io\/)?nvidia\/cuda$/;
const PYTORCH = /^pytorch\/pytorch$/;
const SYSTEM = /-(?:ubuntu|rockylinux|ubi|centos|oraclelinux|opensuse|amzn|cm|azl|debian|photon|sles)[\d.]/;

/** @returns undefined for other images. */
export function cudaImage(image: string): CudaImage | undefined {
  const { repository, tag, digest } = imageName(image);
  if (digest !== undefined && tag === undefined) return undefined;
  const flavour = /(?:^|-)(base|runtime|devel)(?:-|$)/.exec(tag ?? "")?.[1] as CudaImage["flavour"];
  if (CUDA.test(repository))
    return { kind: "cuda", tag, cuda: cudaVersion(/^[\d.]+/.exec(tag ?? "")?.[0] ?? ""), flavour };
  if (PYTORCH.test(repository))
    return { kind: "pytorch", tag, cuda: cudaVersion(/-cuda([\d.]+)-/.exec(tag ?? "")?.[1] ?? ""), flavour };
  return undefined;
}

/** The CUDA that an image says it holds, by its tag: of nvidia/cuda, and of others such as `2.6.0-cuda12.4-…` or `…-cu121`. */
export function cudaOfImage(image: string): CudaVersion | undefined {
  const known = cudaImage(image);
  if (known) return known.cuda;
  const { tag = "" } = imageName(image);
  const long = /(?:^|[-_.])cuda-?(\d{2})\.(\d)(?!\d)/i.exec(tag);
  if (long) return { major: Number(long[1]), minor: Number(long[2]) };
  return cudaOfTag(/(?:^|[-_.])(cu1\d{2})(?![\d])/.exec(tag)?.[1] ?? "");
}

/** Why a tag of nvidia/cuda does not exist, and the tag that was meant, where there is one. */
export interface CudaTagProblem {
  readonly message: string;
  readonly instead?: string;
}

export function cudaTagProblem(tag: string | undefined): CudaTagProblem | undefined {
  if (tag === undefined || tag === "latest")
    return { message: "nvidia/cuda has no tag latest: name a version, as 13.0.2-base-ubuntu24.04." };
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(-.*)?$/.exec(tag);
  if (!match) return undefined;
  const cuda = { major: Number(match[1]), minor: Number(match[2]) };
  const update = match[3] === undefined ? undefined : Number(match[3]);
  const rest = match[4] ?? "";
  const name = `${cuda.major}.${cuda.minor}`;
  if (isNewerThanTable(cuda)) return undefined;
  if (cuda.major <= 10)
    return { message: `NVIDIA has deleted the images of CUDA ${name}, as of every version before 11.` };
  if (name === "12.7") return { message: "There is no CUDA 12.7: take 12.6.3 or 12.8.1." };
  const last = lastUpdate(cuda);
  if (update === undefined)
    return {
      message: `Tags of nvidia/cuda name the whole version, as ${name}.${last ?? 0}.`,
      ...(last === undefined || !SYSTEM.test(rest) ? {} : { instead: `${name}.${last}${rest}` }),
    };
  if (!SYSTEM.test(rest))
    return { message: "Tags of nvidia/cuda name the system too, as -ubuntu22.04 at the end." };
  return ofParts(cuda, update, last, rest, tag);
}

function ofParts(
  { major, minor }: CudaVersion,
  update: number,
  last: number | undefined,
  rest: string,
  tag: string,
): CudaTagProblem | undefined {
  const name = `${major}.${minor}`;
  const numbered = /-cudnn\d/.test(rest);
  if (/-cudnn\d*-base-/.test(rest))
    return {
      message: "The -base images have no cuDNN: take -cudnn-runtime, or leave cudnn out.",
      instead: tag.replace(/-cudnn\d*-base-/, "-base-"),
    };
  const plainFrom = major > 12 || (major === 12 && (minor > 4 || (minor === 4 && update >= 1)));
  if (numbered && plainFrom)
    return {
      message: "From 12.4.1 on these tags say cudnn without a number.",
      instead: tag.replace(/-cudnn\d+/, "-cudnn"),
    };
  if (/-cudnn-/.test(rest) && (major < 12 || (major === 12 && minor < 4)))
    return { message: "Before 12.4 these tags say the version of cuDNN: -cudnn8 or -cudnn9." };
  if (
    /-ubuntu24\.04/.test(rest) &&
    (major < 12 || (major === 12 && (minor < 5 || (minor === 5 && update < 1))))
  )
    return {
      message: "There are images on Ubuntu 24.04 from CUDA 12.5.1 on.",
      instead: tag.replace("ubuntu24.04", "ubuntu22.04"),
    };
  if (/-ubuntu20\.04/.test(rest) && major >= 13)
    return {
      message: "CUDA 13 has no images on Ubuntu 20.04.",
      instead: tag.replace("ubuntu20.04", "ubuntu22.04"),
    };
  if (major === 11 && last !== undefined && update < last)
    return {
      message: `NVIDIA keeps only the last update of old versions, which is ${name}.${last}.`,
      instead: tag.replace(/^[\d.]+/, `${name}.${last}`),
    };
  return undefined;
}
