// A session of the toy shell: what it runs in, and what a command says that it does next.
import type { Run } from "../control/program.ts";

/** What a running command does next; a read is answered with a line, or undefined at the end of input. */
export type Step = { out: string } | { err: string } | { sleepMs: number } | { read: true };

export type Steps = Generator<Step, number, string | undefined>;

export interface Session {
  run: Run;
  variables: Map<string, string>;
  folder: string;
  /** Whether a person sits there. */
  terminal: boolean;
  /** Files written in this session. */
  files: Map<string, string>;
  /** Set by `exit`. */
  ending: number | undefined;
}

export function newSession(run: Run, terminal: boolean): Session {
  const variables = new Map<string, string>([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", run.pod.metadata.name],
    ["HOME", "/root"],
    ["KUBERNETES_SERVICE_HOST", "10.96.0.1"],
    ["KUBERNETES_SERVICE_PORT", "443"],
  ]);
  for (const { name, value } of run.container.env ?? []) variables.set(name, value ?? "");
  if (run.devices.length > 0) {
    const ids = run.devices.map((device) => device.mig?.uuid ?? device.uuid);
    variables.set("NVIDIA_VISIBLE_DEVICES", ids.join(","));
  }
  return { run, variables, folder: "/workspace", terminal, files: new Map(), ending: undefined };
}
