// What RUN runs: the shell scripts of a Dockerfile with their commands, each place a place in the file.
import { Joined } from "../syntax/joined.ts";
import type { Span } from "../syntax/lines.ts";
import { parseShell } from "../syntax/shell.ts";
import type { ShellCommand, ShellWord } from "../syntax/shellTree.ts";
import type { BuildStage, PackageInstall, RunCommand, RunScript, ShellName, Step } from "./buildFile.ts";
import { packageInstall } from "./packageInstalls.ts";

const SHELLS = /^(?:ba|da|a|z|k)?sh$/;
const WRAPPERS = new Set(["sudo", "env", "exec", "time", "nohup", "nice", "command", "eatmydata", "gosu"]);

/**
 * The scripts of one step; none for what no POSIX shell reads.
 * @param text of the file.
 */
export function runScripts(text: string, stage: BuildStage, step: Step): RunScript[] {
  const { instruction } = step;
  if (instruction.keyword !== "RUN" || step.triggered || isWindows(stage, text)) return [];
  if (instruction.json) return jsonScripts(stage, step);
  const [program = "/bin/sh", ...options] = step.shell ?? ["/bin/sh", "-c"];
  const shell = shellOf(program);
  if (shell === undefined) return [];
  const { joined } = instruction.line;
  const from = instruction.rest.joinedStart ?? 0;
  const reader = { stage, step, shell, shellOptions: options };
  const main = read(reader, instruction.rest.text, (start, end) => joined.span(from + start, from + end));
  return [main, ...heredocScripts(text, main), ...innerScripts(main)];
}

function isWindows({ base }: BuildStage, text: string): boolean {
  return (
    /windows|nanoserver|servercore/i.test(base.image) || /^#\s*escape\s*=\s*`/im.test(text.slice(0, 500))
  );
}

type Reader = Pick<RunScript, "stage" | "step" | "shell" | "shellOptions">;

function read(reader: Reader, text: string, span: (start: number, end: number) => Span): RunScript {
  const script = parseShell(text);
  const commands: RunCommand[] = [];
  const run: RunScript = { ...reader, script, commands, place: ({ start, end }) => span(start, end) };
  for (const command of script.commands) commands.push(runCommand(run, command));
  return run;
}

function shellOf(program: string): ShellName | undefined {
  const name = baseName(program);
  if (!SHELLS.test(name)) return undefined;
  return name === "sh" ? "sh" : name === "bash" ? "bash" : "other";
}

function runCommand(run: RunScript, command: ShellCommand): RunCommand {
  const { words } = command;
  let index = 0;
  while (index < words.length && WRAPPERS.has(baseName(words[index]?.text ?? ""))) {
    const wrapper = baseName(words[index]?.text ?? "");
    index++;
    while (/^-|^\w+=/.test(words[index]?.text ?? "")) {
      const takesValue = wrapper === "sudo" ? /^-[ugh]$/ : wrapper === "nice" ? /^-n$/ : /^-u$/;
      index += takesValue.test(words[index]?.text ?? "") ? 2 : 1;
    }
    if (wrapper === "gosu") index++;
  }
  const programWord = words[index];
  const parts = {
    run,
    command,
    program: baseName(programWord?.text ?? ""),
    programWord,
    args: words.slice(index + 1),
    wrappers: words.slice(0, index),
  };
  const install = packageInstall(parts);
  const result: RunCommand & { install: PackageInstall | undefined } = { ...parts, install: undefined };
  if (install) result.install = { ...install, command: result };
  return result;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `RUN <<EOF`: the heredoc is the script, or what a shell or interpreter is given. */
function heredocScripts(file: string, main: RunScript): RunScript[] {
  const { instruction } = main.step;
  const [heredoc] = instruction.heredocs;
  if (!heredoc || instruction.heredocs.length > 1) return [];
  const { content } = heredoc;
  const text = file.slice(content.start, content.end);
  const shebang = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)/.exec(text)?.[1];
  const alone = main.commands.length === 1 && main.commands[0]?.program === "";
  const piped = main.commands.find((one) =>
    one.command.redirections.some(({ operator }) => operator.startsWith("<<")),
  );
  const program = alone ? (shebang ?? "") : (piped?.program ?? "?");
  const shell = program === "" ? main.shell : shellOf(program);
  if (shell === undefined || (!alone && piped?.args.some((word) => !word.text.startsWith("-")))) return [];
  const options = program === "" ? main.shellOptions : (piped?.args.map((word) => word.text) ?? []);
  const reader = { ...main, shell, shellOptions: options };
  return [read(reader, text, (start, end) => ({ start: content.start + start, end: content.start + end }))];
}

/** `bash -c "…"`, where the text stands as it is read. */
function innerScripts(outer: RunScript): RunScript[] {
  return outer.commands.flatMap(({ program, args }) => {
    const shell = shellOf(program);
    const at = args.findIndex((word) => /^-[a-z]*c$/.test(word.text));
    const word = args[at + 1];
    if (shell === undefined || at === -1 || !word) return [];
    const inside = { start: word.start + 1, end: word.end - 1 };
    const written = outer.step.instruction.rest.text.slice(inside.start, inside.end);
    if (!word.quoted || written !== word.text) return [];
    const options = args.slice(0, at + 1).map((one) => one.text);
    const span = (start: number, end: number) =>
      outer.place({ start: inside.start + start, end: inside.start + end });
    return [read({ ...outer, shell, shellOptions: options }, written, span)];
  });
}

function jsonScripts(stage: BuildStage, step: Step): RunScript[] {
  const { words } = step.instruction;
  const [program, ...args] = words;
  if (!program) return [];
  const shell = shellOf(program.text);
  const at = args.findIndex((word) => /^-[a-z]*c$/.test(word.text));
  const text = args[at + 1];
  if (shell !== undefined && at !== -1 && text) {
    const reader = { stage, step, shell, shellOptions: args.slice(0, at + 1).map((word) => word.text) };
    const exact = text.end - text.start === text.text.length + 2;
    const start = text.start + 1;
    return [
      read(reader, text.text, (from, to) =>
        exact ? { start: start + from, end: start + to } : { start: text.start, end: text.end },
      ),
    ];
  }
  return [plainScript(stage, step)];
}

/** The words of a JSON array as one command, which no shell reads. */
function plainScript(stage: BuildStage, step: Step): RunScript {
  const joined = new Joined();
  const words: ShellWord[] = [];
  for (const word of step.instruction.words) {
    const start = joined.text.length;
    joined.add(word.text === "" ? " " : word.text, word.start + 1);
    words.push({ text: word.text, start, end: start + word.text.length, quoted: true, expansions: [] });
  }
  const command: ShellCommand = {
    start: 0,
    end: joined.text.length,
    assignments: [],
    words,
    redirections: [],
    before: "",
    after: "",
    nested: false,
    inside: false,
  };
  const commands: RunCommand[] = [];
  const run: RunScript = {
    stage,
    step,
    shell: "other",
    shellOptions: [],
    script: { commands: [command], features: [], broken: false },
    commands,
    place: ({ start, end }) => joined.span(start, end),
  };
  commands.push(runCommand(run, command));
  return run;
}
