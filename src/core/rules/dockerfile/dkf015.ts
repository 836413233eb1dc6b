// DKF015: several files copied to one name.
import { cleanPath } from "../../image/pathPattern.ts";
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

/** Folders that images have. */
const THERE =
  /^\/(?:|tmp|root|etc|opt|srv|var|usr|home|mnt|bin|sbin|lib|usr\/local|(?:usr\/)?(?:local\/)?(?:bin|sbin|lib|share|src))$/;
const LIKE_A_FILE = /(?:^|\/)[\w-]+\.\w{1,10}$|(?:^|\/)(?:Makefile|LICENSE|README)$/;

export const dkf015: Rule = {
  id: "DKF015",
  aliases: ["DL3021"],
  title: "Several files are copied into a folder",
  severity: "warning",
  why: "Where the destination is no folder yet and does not end with a slash, the builder makes a file of that name and writes each source over the one before: only the last is left.",
  source: "https://docs.docker.com/reference/dockerfile/#destination",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
COPY train.py serve.py /app/
`,
  bad: `FROM python:3.12-slim
COPY train.py serve.py «/app»
`,
  *check(file) {
    for (const { stage, step } of writtenSteps(file, "COPY", "ADD")) {
      const sources = step.values.slice(0, -1);
      const destination = step.values.at(-1);
      if (!destination?.certain || sources.length < 2 || /\/$|^\.\.?$|\/\.\.?$|\$/.test(destination.text))
        continue;
      const files = sources.filter(({ text }) => LIKE_A_FILE.test(text));
      if (files.length < 2) continue;
      const folder = absolute(destination.text, step.directory);
      // It may be there already: from a WORKDIR, from a RUN, from the base image.
      const made = stage.steps.some(
        (other) =>
          other.number < step.number &&
          (other.instruction.keyword === "WORKDIR" || /mkdir/.test(other.instruction.rest.text)),
      );
      if (made || THERE.test(folder) || !stage.base.known) continue;
      const { word } = destination;
      yield {
        at: word,
        message:
          "Each of these files is written over the one before, as this is no folder: end it with a slash.",
        fixes:
          word.joinedStart === undefined || /["']$/.test(word.text)
            ? []
            : [{ title: "Add a slash", edits: [{ start: word.end, end: word.end, text: "/" }] }],
      };
    }
  },
};

function absolute(path: string, directory: string | undefined): string {
  return path.startsWith("/") ? cleanPath(path) : cleanPath(`${directory ?? ""}/${path}`);
}
