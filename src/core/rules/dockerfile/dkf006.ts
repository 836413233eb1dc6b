// DKF006: a base image without a version.
import { imageName } from "../../image/imageName.ts";
import type { Rule } from "../rule.ts";

export const dkf006: Rule = {
  id: "DKF006",
  aliases: ["DL3006", "DL3007"],
  cases: true,
  title: "The base image has a version",
  severity: "information",
  why: "Without a tag, and with latest, each build takes whatever is newest that day: another Python, another CUDA, another framework.",
  source: "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
`,
  bad: `FROM «python:latest»
`,
  *check(file) {
    for (const { base, image } of file.stages) {
      // CUD006 says more of nvidia/cuda, which has no latest.
      if (!base.certain || base.stage || base.name === "scratch" || base.name === "") continue;
      const { repository, tag, digest } = imageName(base.name);
      if (digest !== undefined || /(?:^|\/)nvidia\/cuda$/.test(repository)) continue;
      if (tag !== undefined && tag !== "latest") continue;
      yield {
        at: image,
        message: `${repository.slice(0, 60)} is taken in whatever version is newest on the day of the build: name a version in its tag.`,
        aliases: [tag === undefined ? "DL3006" : "DL3007"],
      };
    }
  },
};
