// What the builder itself finds: its checks over many Dockerfiles in one run of the client.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryCommand } from "../support/command.ts";
import type { DockerEngine } from "../support/docker/engine.ts";
import type { MadeFile } from "./dockerfiles.ts";

export interface Verdict {
  readonly warnings: readonly {
    readonly rule: string /** First line, one-based. */;
    readonly line: number;
  }[];
  /** Why it refuses the file; then what comes later in it was not looked at. */
  readonly error: string | undefined;
}

interface Answer {
  target: Record<string, { check?: { warnings?: Warning[]; buildError?: { message: string } } }>;
}

interface Warning {
  ruleName: string;
  location?: { ranges?: { start: { line: number } }[] };
}

/** The builder loses jobs of its own when it has hundreds at once on a machine that has more to do. */
const AT_ONCE = 50;
const MOST_TRIES = 5;

/** @param folder an empty folder for the files. */
export async function builderVerdicts(
  docker: DockerEngine,
  folder: string,
  files: readonly MadeFile[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const own = join(folder, String(at));
    mkdirSync(own);
    verdicts.push(...(await verdictsOf(docker, own, files.slice(at, at + AT_ONCE))));
  }
  return verdicts;
}

async function verdictsOf(
  docker: DockerEngine,
  folder: string,
  files: readonly MadeFile[],
): Promise<Verdict[]> {
  const target: Record<string, { context: string; call: string }> = {};
  files.forEach(({ text, dockerignore }, index) => {
    const context = join(folder, String(index));
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), text);
    if (dockerignore !== null) writeFileSync(join(context, ".dockerignore"), dockerignore);
    target[`t${index}`] = { context, call: "lint,format=json" };
  });
  const bake = join(folder, "docker-bake.json");
  writeFileSync(bake, JSON.stringify({ target, group: { default: { targets: Object.keys(target) } } }));
  const ask = () =>
    tryCommand(
      docker.cliPath,
      ["buildx", "bake", "--allow=fs.read=*", "--file", bake, "--call=lint,format=json"],
      { env: docker.env },
    );
  let answered = await ask();
  for (let tries = 1; tries < MOST_TRIES && /no such job/.test(answered.stderr); tries++)
    answered = await ask();
  const { stdout, stderr } = answered;
  if (!stdout.startsWith("{")) throw new Error(`The builder gave no answer:\n${stderr.slice(-2000)}`);
  const answer = JSON.parse(stdout) as Answer;
  return files.map((_, index) => {
    const check = answer.target[`t${index}`]?.check;
    if (!check) throw new Error(`The builder did not answer for file ${index}:\n${stderr.slice(-2000)}`);
    return {
      warnings: (check.warnings ?? []).map(({ ruleName, location }) => ({
        rule: ruleName,
        line: location?.ranges?.[0]?.start.line ?? 0,
      })),
      error: check.buildError?.message,
    };
  });
}
