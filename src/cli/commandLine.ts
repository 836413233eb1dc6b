// `slipway`: chooses the subcommand, and turns whatever goes wrong into one sentence and an exit code.
import { isAbort } from "../base/signal.ts";
import { Trouble } from "../base/trouble.ts";
import { nearest } from "../core/syntax/nearest.ts";
import { check } from "./commands/check.ts";
import { explain } from "./commands/explain.ts";
import { rules } from "./commands/rules.ts";
import { sandbox } from "./commands/sandbox.ts";
import type { ExitCode, Subcommand, World } from "./world.ts";

const SUBCOMMANDS: readonly Subcommand[] = [check, explain, rules, sandbox];

/** Runs one command line; `args` are what follows the program's name. Never rejects. */
export async function commandLine(args: readonly string[], world: World): Promise<ExitCode> {
  try {
    return await dispatch(args, world);
  } catch (error) {
    if (isAbort(error)) return 2;
    if (Trouble.is(error)) {
      world.error(`slipway: ${error.text}\n`);
      return 2;
    }
    if (isUsage(error)) {
      world.error(`slipway: ${error.message.split("\n")[0]?.replace(/\.?$/, ".")} See \`slipway --help\`.\n`);
      return 2;
    }
    const stack = error instanceof Error ? error.stack : String(error);
    world.error(`slipway: This is a bug in Slipway; please report it.\n${stack}\n`);
    return 70;
  }
}

async function dispatch(args: readonly string[], world: World): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    world.out(help());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    world.out(`slipway ${world.version}\n`);
    return 0;
  }
  const subcommand = SUBCOMMANDS.find((known) => known.name === name);
  if (!subcommand) {
    const names = SUBCOMMANDS.map((known) => known.name);
    const meant = nearest(name, names);
    const hint = meant ? `; did you mean ${meant}?` : `; there are ${names.join(", ")}.`;
    throw new Trouble("bad-input", `There is no command "${name}"${hint}`);
  }
  const ends = rest.indexOf("--");
  const options = ends === -1 ? rest : rest.slice(0, ends);
  if (options.includes("--help") || options.includes("-h")) {
    world.out(subcommand.help);
    return 0;
  }
  return subcommand.run(rest, world);
}

function help(): string {
  const lines = SUBCOMMANDS.map((subcommand) => `  ${subcommand.name.padEnd(9)} ${subcommand.summary}`);
  return `Usage: slipway COMMAND [options]

Finds what is wrong in manifests, Dockerfiles and devcontainers for machine learning on GPUs.

Commands:
${lines.join("\n")}

Options:
  -h, --help     Show this help, or that of a command
  -v, --version  Show the version
`;
}

/** What node:util's parseArgs throws for a wrong option. */
function isUsage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}
