// BKC018: FROM --platform with a fixed platform.
import { parsePlatform } from "../../image/platform.ts";
import type { Rule } from "../rule.ts";

export const bkc018: Rule = {
  id: "BKC018",
  aliases: ["FromPlatformFlagConstDisallowed", "DL3029"],
  title: "FROM --platform is no fixed platform",
  severity: "information",
  why: "The image comes out for this platform, whatever --platform a build asks for: on the other half of the machines it runs in emulation or not at all.",
  source: "https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/",
  appliesTo: "dockerfile",
  good: `FROM --platform=$BUILDPLATFORM golang:1.26 AS build
FROM --platform=linux/amd64 python:3.12-slim AS train-amd64
`,
  bad: `FROM --platform=«linux/amd64» python:3.12-slim
`,
  *check(file) {
    for (const { base, name } of file.stages) {
      if (!base.platform || base.platform.used.size > 0) continue;
      const platform = parsePlatform(base.platform.value);
      if (!platform) continue;
      const stage = name?.toLowerCase() ?? "";
      // A stage that is named after its platform is meant to be so.
      if (stage.includes(platform.os) || stage.includes(platform.architecture)) continue;
      yield {
        at: base.platform.at,
        message: `This stage is always for ${platform.os}/${platform.architecture}, whatever platform a build asks for: leave --platform to the build, or name the stage after the platform.`,
      };
    }
  },
};
