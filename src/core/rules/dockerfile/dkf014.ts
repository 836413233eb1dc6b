// DKF014: ADD for plain files.
import { heredocWord } from "../../syntax/dockerfileHeredocs.ts";
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

const MORE_THAN_COPY = /:\/\/|^git@|\.(?:tar|gz|bz2|xz|zst|tgz|tbz2?|txz|Z)$|[$*?]/;

export const dkf014: Rule = {
  id: "DKF014",
  aliases: ["DL3020"],
  title: "COPY copies plain files",
  severity: "information",
  profile: "strict",
  why: "ADD also unpacks and downloads, so a reader has to find out whether it does. COPY does one thing.",
  source: "https://docs.docker.com/build/building/best-practices/#add-or-copy",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
COPY train.py /app/
`,
  bad: `FROM python:3.12-slim
«ADD» train.py /app/
`,
  *check(file) {
    for (const { step, instruction } of writtenSteps(file, "ADD")) {
      const sources = step.values.slice(0, -1);
      const special = instruction.flags.some(({ name }) => /^(?:checksum|keep-git-dir|unpack)$/.test(name));
      if (special || sources.length === 0) continue;
      if (
        sources.some(
          ({ text, word, certain }) =>
            !certain || word.text.includes("$") || heredocWord(word.text) || MORE_THAN_COPY.test(text),
        )
      )
        continue;
      const copy = instruction.written === "add" ? "copy" : "COPY";
      yield {
        at: instruction.keywordSpan,
        message: "Nothing here needs ADD: COPY says that these are plain files.",
        fixes: [{ title: "Change to COPY", edits: [{ ...instruction.keywordSpan, text: copy }] }],
      };
    }
  },
};
