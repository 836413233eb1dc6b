// DKF022: a label's key that breaks the conventions.
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf022: Rule = {
  id: "DKF022",
  aliases: ["DL3048"],
  title: "Keys of labels follow the conventions",
  severity: "information",
  profile: "strict",
  why: "Tools look labels up by keys in lower case with dots and dashes; com.docker, io.docker and org.dockerproject are Docker's own.",
  source: "https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
LABEL com.example.model="small"
`,
  bad: `FROM python:3.12-slim
LABEL «Model_Name»="small"
`,
  *check(file) {
    for (const { step, instruction } of writtenSteps(file, "LABEL")) {
      for (const [index, { key }] of instruction.pairs.entries()) {
        const value = step.values[2 * index];
        if (!value?.certain || key.text.includes("$")) continue;
        if (
          /^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/.test(value.text) &&
          !/^(?:com\.docker|io\.docker|org\.dockerproject)\./.test(value.text)
        )
          continue;
        yield {
          at: key,
          message:
            "Keys of labels are lower case letters and digits, with single dots and dashes between, and not in Docker's own names.",
        };
      }
    }
  },
};
