// What well-known base images bring along, as dated data: their variables, and the shell behind /bin/sh.
// Read 2026-11 from the Dockerfiles of the official images and of nvidia/cuda.
import { imageName } from "./imageName.ts";

export interface KnownImage {
  readonly repositories: RegExp;
  /** Every variable that any of its tags sets; a `*` at the end stands for any rest. */
  readonly variables: readonly string[];
  /** What /bin/sh is there. */
  readonly shell: "dash" | "ash" | "bash" | undefined;
}

const PATH = ["PATH"];

const KNOWN: readonly KnownImage[] = [
  { repositories: /^(?:ubuntu|debian)$/, variables: PATH, shell: "dash" },
  { repositories: /^(?:alpine|busybox)$/, variables: PATH, shell: "ash" },
  {
    repositories: /^(?:rockylinux\/)?rockylinux$|^almalinux$|^amazonlinux$|^centos$/,
    variables: [...PATH, "LANG", "container"],
    shell: "bash",
  },
  {
    repositories: /^python$/,
    variables: [
      ...PATH,
      "LANG",
      "GPG_KEY",
      "PYTHON_VERSION",
      "PYTHON_SHA256",
      "PYTHON_PIP_VERSION",
      "PYTHON_SETUPTOOLS_VERSION",
      "PYTHON_GET_PIP_URL",
      "PYTHON_GET_PIP_SHA256",
    ],
    shell: "dash",
  },
  {
    repositories: /^(?:nvcr\.io\/)?nvidia\/cuda$/,
    variables: [
      ...PATH,
      "NVARCH",
      "NVIDIA_*",
      "NV_*",
      "CUDA_VERSION",
      "LD_LIBRARY_PATH",
      "LIBRARY_PATH",
      "NCCL_VERSION",
    ],
    shell: "dash",
  },
];

/** @param image as in a FROM, variables replaced. */
export function knownImage(image: string): KnownImage | undefined {
  if (image === "scratch") return { repositories: /^scratch$/, variables: PATH, shell: undefined };
  const { repository, tag = "" } = imageName(image);
  const known = KNOWN.find((one) => one.repositories.test(repository));
  if (!known) return undefined;
  if (/alpine/.test(tag)) return { ...known, shell: "ash" };
  if (/ubi|rockylinux|centos|oraclelinux/.test(tag)) return { ...known, shell: "bash" };
  return known;
}

/** Images on Debian or Ubuntu whose variables are not known here. */
const ON_DEBIAN =
  /^(?:node|golang|ruby|rust|openjdk|eclipse-temurin|pytorch\/pytorch|tensorflow\/tensorflow|continuumio\/(?:mini|ana)conda3|condaforge\/(?:miniforge3|mambaforge)|vllm\/vllm-openai|nvcr\.io\/nvidia\/.+|rocm\/.+|huggingface\/transformers-.+|ghcr\.io\/astral-sh\/uv)$/;

/** What /bin/sh is in an image; undefined where that is not known. */
export function shellOf(image: string): KnownImage["shell"] {
  const known = knownImage(image);
  if (known) return known.shell;
  const { repository, tag = "" } = imageName(image);
  if (!ON_DEBIAN.test(repository) || /alpine|ubi|rocky|windows|nanoserver|busybox/.test(tag))
    return undefined;
  return "dash";
}

/** Whether an image's tags may set this variable. */
export function maySet(image: KnownImage, variable: string): boolean {
  return image.variables.some((known) =>
    known.endsWith("*") ? variable.startsWith(known.slice(0, -1)) : known === variable,
  );
}
