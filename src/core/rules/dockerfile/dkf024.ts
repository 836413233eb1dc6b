// DKF024: both wget and curl.
import type { Rule } from "../rule.ts";

export const dkf024: Rule = {
  id: "DKF024",
  aliases: ["DL4001"],
  title: "A stage downloads with wget or with curl, not with both",
  severity: "information",
  profile: "strict",
  why: "Two tools that do the same are two packages to install and to keep safe.",
  source: "https://github.com/hadolint/hadolint/wiki/DL4001",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN curl -fsSLO https://example.com/a && curl -fsSLO https://example.com/b
`,
  bad: `FROM ubuntu:24.04
RUN curl -fsSLO https://example.com/a && «wget» -q https://example.com/b
`,
  *check(file) {
    const first = new Map<number, string>();
    const told = new Set<number>();
    for (const run of file.runs) {
      const { index } = run.stage;
      for (const { program, programWord } of run.commands) {
        if (!programWord || (program !== "wget" && program !== "curl") || told.has(index)) continue;
        const other = first.get(index) ?? program;
        first.set(index, other);
        if (other === program) continue;
        told.add(index);
        yield {
          at: run.place(programWord),
          message: `This stage has used ${other} before: one of the two is enough.`,
        };
      }
    }
  },
};
