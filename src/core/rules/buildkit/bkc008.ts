// BKC008: MAINTAINER, which is deprecated.
import type { Rule } from "../rule.ts";

export const bkc008: Rule = {
  id: "BKC008",
  aliases: ["MaintainerDeprecated", "DL4000"],
  title: "The author of an image is a label",
  severity: "information",
  why: "MAINTAINER is deprecated, and nothing reads it. The label org.opencontainers.image.authors says the same.",
  source: "https://docs.docker.com/reference/build-checks/maintainer-deprecated/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
LABEL org.opencontainers.image.authors="ml@example.com"
`,
  bad: `FROM python:3.12-slim
«MAINTAINER» ml@example.com
`,
  *check(file) {
    for (const { keyword, keywordSpan: at, rest, written } of file.instructions) {
      if (keyword !== "MAINTAINER") continue;
      const label = written === "maintainer" ? "label" : "LABEL";
      const simple = rest.joinedStart !== undefined && rest.text !== "" && !/["'\\$`]/.test(rest.text);
      yield {
        at,
        message: "MAINTAINER is deprecated: name the author in the label org.opencontainers.image.authors.",
        fixes:
          simple && rest.end - rest.start === rest.text.length
            ? [
                {
                  title: "Change to a label",
                  edits: [
                    {
                      start: at.start,
                      end: rest.end,
                      text: `${label} org.opencontainers.image.authors="${rest.text}"`,
                    },
                  ],
                },
              ]
            : [],
      };
    }
  },
};
