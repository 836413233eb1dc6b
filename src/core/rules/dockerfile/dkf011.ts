// DKF011: programs that make no sense while an image is built.
import type { Rule } from "../rule.ts";

const POINTLESS = new Set([
  "ssh",
  "vim",
  "shutdown",
  "service",
  "ps",
  "free",
  "top",
  "kill",
  "mount",
  "ifconfig",
  "systemctl",
]);

export const dkf011: Rule = {
  id: "DKF011",
  aliases: ["DL3001"],
  title: "RUN starts no services and looks at no processes",
  severity: "information",
  profile: "strict",
  why: "Only files are kept from a RUN: a service that it starts is gone with it, and the processes it sees are those of the build.",
  source: "https://docs.docker.com/reference/dockerfile/#run",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
RUN python -m compileall /app
`,
  bad: `FROM python:3.12-slim
RUN «service» ssh start
`,
  *check(file) {
    for (const run of file.runs)
      for (const { program, programWord } of run.commands)
        if (programWord && POINTLESS.has(program))
          yield {
            at: run.place(programWord),
            message: `${program} has no effect on the image: only files are kept from a RUN.`,
          };
  },
};
