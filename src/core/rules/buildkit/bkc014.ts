// BKC014: a base image that is known to be made for another platform.
import { imageName } from "../../image/imageName.ts";
import { parsePlatform } from "../../image/platform.ts";
import type { Rule } from "../rule.ts";

/** Docker Hub's repositories of official images for one architecture. https://github.com/docker-library/official-images */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  amd64: "amd64",
  arm32v5: "arm",
  arm32v6: "arm",
  arm32v7: "arm",
  arm64v8: "arm64",
  i386: "386",
  mips64le: "mips64le",
  ppc64le: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
};

export const bkc014: Rule = {
  id: "BKC014",
  aliases: ["InvalidBaseImagePlatform"],
  title: "The base image is made for the platform that is asked for",
  severity: "warning",
  why: "The image is taken all the same, and its programs end with exec format error or run in emulation. Offline this is known of repositories for one architecture, such as arm64v8/python.",
  source: "https://docs.docker.com/reference/build-checks/invalid-base-image-platform/",
  appliesTo: "dockerfile",
  good: `FROM --platform=$BUILDPLATFORM python:3.12-slim
`,
  bad: `FROM --platform=linux/arm64 «amd64/python:3.12-slim» AS arm64
`,
  *check(file) {
    for (const { base, image } of file.stages) {
      const platform = base.platform?.used.size === 0 ? parsePlatform(base.platform.value) : undefined;
      if (!platform || base.stage) continue;
      const [owner = "", name] = imageName(base.name).repository.split("/");
      const architecture =
        name !== undefined && Object.hasOwn(ARCHITECTURES, owner) ? ARCHITECTURES[owner] : undefined;
      if (architecture === undefined || architecture === platform.architecture) continue;
      yield {
        at: image,
        message: `${owner}/${name} holds images for ${architecture}, and ${platform.architecture} is asked for: take ${name}, which has both.`,
        fixes: [],
      };
    }
  },
};
