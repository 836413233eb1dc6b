// DKF012: an archive that is copied and then unpacked.
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

const ARCHIVE = /\.(?:tar|tar\.(?:gz|bz2|xz|zst)|tgz|tbz2?|txz)$/;

export const dkf012: Rule = {
  id: "DKF012",
  aliases: ["DL3010"],
  title: "ADD unpacks archives",
  severity: "information",
  profile: "strict",
  why: "The copied archive stays in its layer, below the files that were unpacked from it. ADD unpacks a tar archive of the context by itself.",
  source: "https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
ADD data.tar.gz /data/
`,
  bad: `FROM python:3.12-slim
COPY «data.tar.gz» /tmp/
RUN tar -xzf /tmp/data.tar.gz -C /data
`,
  *check(file) {
    for (const { stage, step, instruction } of writtenSteps(file, "COPY")) {
      if (instruction.flags.some(({ name }) => name === "from")) continue;
      for (const { word, text } of step.values.slice(0, -1)) {
        const name = text.slice(text.lastIndexOf("/") + 1);
        if (!ARCHIVE.test(name)) continue;
        const unpacked = file.runs.some(
          (run) =>
            run.stage === stage &&
            run.step.number > step.number &&
            run.commands.some(
              ({ program, args }) =>
                program === "tar" &&
                args.some((one) => one.text.includes(name)) &&
                args.some((one) => /^-?[a-z]*x|^--extract/.test(one.text)),
            ),
        );
        if (unpacked)
          yield { at: word, message: "ADD would unpack this archive, and keep it out of the image." };
      }
    }
  },
};
