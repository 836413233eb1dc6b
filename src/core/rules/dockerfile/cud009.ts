// CUD009: a CUDA image or download for another processor than the one the stage is for.
import { imageName } from "../../image/imageName.ts";
import { parsePlatform } from "../../image/platform.ts";
import type { Rule } from "../rule.ts";

/** Images for one architecture only, as dated data (2026-10), from their tags on Docker Hub, NGC and in their docs. */
const ONLY: readonly { readonly images: RegExp; readonly architecture: "amd64" | "arm64" }[] = [
  { images: /^pytorch\/pytorch:/, architecture: "amd64" },
  { images: /^tensorflow\/tensorflow:.*gpu/, architecture: "amd64" },
  { images: /^nvidia\/cuda:.*centos7/, architecture: "amd64" },
  { images: /^nvcr\.io\/nvidia\/l4t-|^dustynv\//, architecture: "arm64" },
];
/** Architectures as they stand in addresses of downloads. */
const IN_ADDRESS: readonly { readonly words: RegExp; readonly architecture: "amd64" | "arm64" }[] = [
  { words: /(?:^|[/_.-])(?:x86_64|amd64|x64)(?=[/_.-]|$)/, architecture: "amd64" },
  { words: /(?:^|[/_.-])(?:aarch64|arm64|sbsa)(?=[/_.-]|$)/, architecture: "arm64" },
];

export const cud009: Rule = {
  id: "CUD009",
  title: "CUDA images and downloads are for the processor of the stage",
  severity: "warning",
  why: "An image that has no variant for the platform stops the build or runs in emulation, where CUDA does not work; a program for the other processor ends with exec format error.",
  source: "https://docs.docker.com/build/building/multi-platform/",
  appliesTo: "dockerfile",
  good: `FROM --platform=linux/arm64 nvidia/cuda:12.6.3-base-ubuntu22.04 AS train-arm64
`,
  bad: `FROM --platform=linux/arm64 «pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime» AS train-arm64
`,
  *check(file) {
    for (const { base, image } of file.stages) {
      const wanted =
        base.platform?.used.size === 0 ? parsePlatform(base.platform.value)?.architecture : undefined;
      if (wanted === undefined || !base.certain || base.stage) continue;
      const { repository, tag = "" } = imageName(base.name);
      const only = ONLY.find(({ images }) => images.test(`${repository}:${tag}`));
      if (only && only.architecture !== wanted)
        yield {
          at: image,
          message: `There are images of ${repository} for ${only.architecture} only, and this stage is for ${wanted}.`,
        };
    }
    for (const run of file.runs) {
      const { platform } = run.stage.base;
      const wanted = platform?.used.size === 0 ? parsePlatform(platform.value)?.architecture : undefined;
      if (wanted !== "amd64" && wanted !== "arm64") continue;
      for (const { program, args } of run.commands) {
        if (program !== "curl" && program !== "wget") continue;
        for (const word of args) {
          const found = word.text.includes("://")
            ? IN_ADDRESS.filter(({ words }) => words.test(word.text))
            : [];
          const [one] = found;
          if (found.length !== 1 || one?.architecture === wanted || word.expansions.length > 0) continue;
          yield {
            at: run.place(word),
            message: `This download is for ${one?.architecture}, and the stage is for ${wanted}.`,
          };
        }
      }
    }
  },
};
