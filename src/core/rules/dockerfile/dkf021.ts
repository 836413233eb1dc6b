// DKF021: wget that draws its progress into the build's log.
import { insertAfter } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

export const dkf021: Rule = {
  id: "DKF021",
  aliases: ["DL3047"],
  title: "wget keeps the build's log short",
  severity: "information",
  profile: "strict",
  why: "Each percent of a download is a line of the log, which makes it thousands of lines long.",
  source: "https://www.gnu.org/software/wget/manual/wget.html#Download-Options",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN wget --progress=dot:giga https://example.com/model.tar
`,
  bad: `FROM ubuntu:24.04
RUN «wget» https://example.com/model.tar
`,
  *check(file) {
    for (const run of file.runs) {
      // busybox has another wget.
      if (run.stage.base.known?.shell === "ash") continue;
      for (const { program, programWord, args } of run.commands) {
        if (program !== "wget" || !programWord) continue;
        if (
          args.some((word) =>
            /^(?:--progress|-[a-zA-Z]*q|--quiet|-nv|--no-verbose|-[oab]|--output-file|--append-output|--version|--help)/.test(
              word.text,
            ),
          )
        )
          continue;
        yield {
          at: run.place(programWord),
          message: "wget writes a line for each percent into the log: add --progress=dot:giga.",
          fixes: [
            {
              title: "Add --progress=dot:giga",
              edits: [insertAfter(run, programWord, " --progress=dot:giga")],
            },
          ],
        };
      }
    }
  },
};
