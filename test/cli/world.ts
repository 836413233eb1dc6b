// Runs the command line in this process, with everything it writes caught.
import { rules } from "../../src/core/rules/index.gen.ts";
import { never } from "../../src/base/signal.ts";
import { commandLine } from "../../src/cli/commandLine.ts";
import type { World } from "../../src/cli/world.ts";

export interface Ran {
  code: number;
  out: string;
  error: string;
}

export async function slipway(args: string[], given: Partial<World> & { input?: string } = {}): Promise<Ran> {
  const ran: Ran = { code: -1, out: "", error: "" };
  const { input = "", ...world } = given;
  ran.code = await commandLine(args, {
    out: (text) => {
      ran.out += text;
    },
    error: (text) => {
      ran.error += text;
    },
    readInput: async () => new TextEncoder().encode(input),
    colour: false,
    terminal: false,
    workingDirectory: process.cwd(),
    environment: process.env,
    version: "1.2.3",
    rules,
    signal: never(),
    ...world,
  });
  return ran;
}
