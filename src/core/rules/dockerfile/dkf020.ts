// DKF020: a user with a high number, for whom useradd makes a huge file.
import { insertAfter } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

export const dkf020: Rule = {
  id: "DKF020",
  aliases: ["DL3046"],
  title: "useradd with a high number has -l",
  severity: "warning",
  why: "useradd writes an entry for every number below into /var/log/lastlog and faillog: sparse on disk, but hundreds of gigabytes in a layer, which fills the engine's disk.",
  source: "https://github.com/moby/moby/issues/5419",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN useradd -l -u 1000660001 me
`,
  bad: `FROM ubuntu:24.04
RUN «useradd» -u 1000660001 me
`,
  *check(file) {
    for (const run of file.runs) {
      for (const { program, programWord, args } of run.commands) {
        if (program !== "useradd" || !programWord) continue;
        const words = args.map((word) => word.text);
        const at = words.findIndex((word) => /^(?:-[a-zA-Z]*u|--uid)$/.test(word));
        const uid =
          at === -1 ? words.map((word) => /^--uid=(\d+)$/.exec(word)?.[1]).find(Boolean) : words[at + 1];
        if (!/^\d{6,}$/.test(uid ?? "") || words.some((word) => /^-[a-zA-Z]*l|^--no-log-init$/.test(word)))
          continue;
        yield {
          at: run.place(programWord),
          message: `For the number ${uid} useradd writes a huge log file into the image: add -l.`,
          fixes: [{ title: "Add -l", edits: [insertAfter(run, programWord, " -l")] }],
        };
      }
    }
  },
};
