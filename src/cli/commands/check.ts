// `slipway check`: finds what is wrong in manifests, Dockerfiles and devcontainers.
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { Trouble } from "../../base/trouble.ts";
import { check as checkText, type Level, tooLarge } from "../../core/rules/check.ts";
import { fileKind, mayBeChecked } from "../../core/rules/fileKind.ts";
import { decode, readText } from "../../io/files/readText.ts";
import { walk } from "../../io/files/walk.ts";
import type { CheckedFile, Format } from "../formats/format.ts";
import { json } from "../formats/json.ts";
import { sarif } from "../formats/sarif.ts";
import { text } from "../formats/text.ts";
import type { ExitCode, Subcommand, World } from "../world.ts";

const FORMATS: Readonly<Record<string, Format>> = { text, json, sarif };
const LEVELS: readonly Level[] = ["off", "error", "warning", "information"];
const MAXIMUM_BYTES = 8 * 1024 * 1024;

export const check: Subcommand = {
  name: "check",
  summary: "Check manifests, Dockerfiles and devcontainer.json files",
  help: `Usage: slipway check [options] PATH...

Checks Kubernetes manifests (*.yaml, *.yml), Dockerfiles and devcontainer.json. A folder is searched;
- reads standard input.

Options:
  --format text|json|sarif   How to print the findings (default: text)
  --level RULE=LEVEL         Set a rule to off, error, warning or information; may be repeated
  --stdin-filename NAME      The name that standard input is checked under (default: stdin.yaml)
  -h, --help                 Show this help

Exit codes: 0 no findings · 1 findings · 2 could not run (a path that is not there, a wrong option).

A comment waves a finding through: "# slipway-ignore RULE: reason" on its line or the line before, or
"# slipway-ignore-file RULE: reason" at the top of the file.
`,
  async run(args, world) {
    const options = readOptions(args, world);
    const troubles: Trouble[] = [];
    const files: CheckedFile[] = [];
    for (const path of options.paths) {
      try {
        if (path === "-") files.push(...(await checkInput(options, world)));
        else for await (const file of checkPath(path, options, world, troubles)) files.push(file);
      } catch (error) {
        if (!Trouble.is(error)) throw error;
        troubles.push(error);
      }
    }
    world.out(options.format({ files, rules: world.rules, version: world.version, colour: world.colour }));
    for (const trouble of troubles) world.error(`slipway: ${trouble.text}\n`);
    return exitCode(files, troubles);
  },
};

interface Options {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly levels: Readonly<Record<string, Level>>;
  readonly inputName: string;
}

function readOptions(args: readonly string[], world: World): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: "string", default: "text" },
      level: { type: "string", multiple: true, default: [] },
      "stdin-filename": { type: "string", default: "stdin.yaml" },
    },
  });
  if (positionals.length === 0)
    throw new Trouble("bad-input", "Name a file or folder to check, such as `slipway check .`.");
  const format = Object.hasOwn(FORMATS, values.format) ? FORMATS[values.format] : undefined;
  if (!format)
    throw new Trouble("bad-input", `There is no format "${values.format}"; use text, json or sarif.`);
  return {
    paths: positionals,
    format,
    levels: Object.fromEntries(values.level.map((setting) => readLevel(setting, world))),
    inputName: values["stdin-filename"],
  };
}

function readLevel(setting: string, world: World): [string, Level] {
  const [id = "", name = ""] = setting.split("=");
  const rule = id.toLowerCase() === "syntax" ? "syntax" : id.toUpperCase();
  if (rule !== "syntax" && !world.rules.some((known) => known.id === rule))
    throw new Trouble("bad-input", `There is no rule "${id}"; \`slipway rules\` lists them.`);
  const level = LEVELS.find((known) => known === name);
  if (!level)
    throw new Trouble(
      "bad-input",
      `--level takes RULE=LEVEL with off, error, warning or information, not "${setting}".`,
    );
  return [rule, level];
}

async function checkInput(options: Options, world: World): Promise<CheckedFile[]> {
  const read = decode(await world.readInput());
  if (read.kind !== "text") throw new Trouble("bad-input", "Standard input is not text.");
  return [checked(options.inputName, read.text, options, world)];
}

async function* checkPath(
  path: string,
  options: Options,
  world: World,
  troubles: Trouble[],
): AsyncGenerator<CheckedFile> {
  const onTrouble = (trouble: Trouble) => void troubles.push(trouble);
  for await (const file of walk(path, { wanted: mayBeChecked, onTrouble }, world.signal)) {
    const named = file === path;
    try {
      const read = await readText(file, MAXIMUM_BYTES);
      if (read.kind === "too-large") {
        yield { path: shown(file, world), text: "", findings: mayBeChecked(file) ? [tooLarge()] : [] };
      } else if (read.kind === "text" && fileKind(file, read.text) !== undefined) {
        yield checked(shown(file, world), read.text, options, world);
      } else if (named) {
        world.error(`slipway: ${file} is none of the files Slipway checks; it was left out.\n`);
      }
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      troubles.push(error);
    }
  }
}

function checked(path: string, content: string, options: Options, world: World): CheckedFile {
  const settings = { levels: options.levels };
  return { path, text: content, findings: checkText({ path, text: content, settings, rules: world.rules }) };
}

/** Relative to where the person stands, if it is below; else as they wrote it. */
function shown(path: string, world: World): string {
  const short = relative(world.workingDirectory, path);
  return short === "" || short.startsWith("..") ? path : short;
}

function exitCode(files: readonly CheckedFile[], troubles: readonly Trouble[]): ExitCode {
  if (troubles.length > 0) return 2;
  return files.some((file) => file.findings.length > 0) ? 1 : 0;
}
