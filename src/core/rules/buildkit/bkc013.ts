// BKC013: ENV or LABEL without an equals sign.
import type { DockerfilePair } from "../../syntax/dockerfileTree.ts";
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

export const bkc013: Rule = {
  id: "BKC013",
  aliases: ["LegacyKeyValueFormat"],
  title: "ENV and LABEL are written with an equals sign",
  severity: "information",
  why: "In the old form everything up to the line's end is one value, so a second variable on the line is silently part of the first.",
  source: "https://docs.docker.com/reference/build-checks/legacy-key-value-format/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
ENV HF_HOME=/models
`,
  bad: `FROM python:3.12-slim
ENV «HF_HOME /models»
`,
  *check(file) {
    for (const { step, instruction } of stepsOf(file, "ENV", "LABEL")) {
      const [pair] = instruction.pairs;
      if (!pair?.value || !pair.legacy) continue;
      const text = step.triggered ? undefined : modern(pair);
      yield {
        at: step.triggered ? step.at : { start: pair.key.start, end: pair.value.end },
        message: `Write ${instruction.keyword} ${pair.key.text.slice(0, 60)}=…: without the equals sign the whole rest of the line is one value.`,
        fixes:
          text === undefined
            ? []
            : [
                {
                  title: `Change to ${instruction.keyword} ${pair.key.text}=…`,
                  edits: [{ start: pair.key.start, end: pair.value.end, text }],
                },
              ],
      };
    }
  },
};

/** Only where the quotes to put are sure. */
function modern({ key, value }: DockerfilePair): string | undefined {
  const text = value?.text ?? "";
  if (
    value?.joinedStart === undefined ||
    value.end - value.start !== text.length ||
    !/^[\w.-]+$/.test(key.text)
  )
    return undefined;
  if (/^[^\s"'\\]+$/.test(text) || /^"[^"\\]*"$/.test(text) || /^'[^'\\]*'$/.test(text))
    return `${key.text}=${text}`;
  return /^[^"'\\`]+$/.test(text) ? `${key.text}="${text}"` : undefined;
}
