// A toy shell: enough commands to look around in a container, and honest about the rest.
import { commands } from "./commands.ts";
import type { Session, Steps } from "./session.ts";
import { expandWord, parseScript, type Simple } from "./words.ts";

const shells = new Set(["sh", "bash", "/bin/sh", "/bin/bash", "ash", "/usr/bin/bash"]);

/** Runs a command line as the container runtime does. @returns the exit code. */
export function* runArguments(session: Session, argv: readonly string[]): Steps {
  const [program = "", ...args] = argv;
  if (!shells.has(program)) {
    if (!commands.has(base(program))) {
      yield { err: `exec: "${program}": executable file not found in $PATH\n` };
      return 127;
    }
    return yield* runCommand(session, [base(program), ...args]);
  }
  const flag = args.findIndex((one) => /^-[a-z]*c$/.test(one));
  if (flag >= 0) return yield* runScript(session, args[flag + 1] ?? "");
  return yield* interact(session);
}

/** Whether the shell knows what a container is told to run. */
export function canRun(argv: readonly string[]): boolean {
  const [program = ""] = argv;
  return shells.has(program) || commands.has(base(program));
}

function base(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

function* interact(session: Session): Steps {
  let code = 0;
  for (;;) {
    if (session.terminal) yield { out: `root@${session.run.pod.metadata.name}:${session.folder}# ` };
    const line = yield { read: true };
    if (line === undefined) {
      if (session.terminal) yield { out: "exit\n" };
      return code;
    }
    code = yield* runScript(session, line);
    if (session.ending !== undefined) return session.ending;
  }
}

function* runScript(session: Session, script: string): Steps {
  const parsed = parseScript(script);
  if (typeof parsed === "string") {
    yield { err: `sh: ${parsed}\n` };
    return 2;
  }
  return yield* runCommands(session, parsed);
}

function* runCommands(session: Session, parsed: readonly Simple[]): Steps {
  let code = 0;
  for (let at = 0; at < parsed.length; at++) {
    const { join, words } = parsed[at] ?? { join: ";", words: [] };
    const loop = isWord(words[0], "while") ? loopAt(parsed, at) : undefined;
    if (loop) at = loop.end;
    if ((join === "&&" && code !== 0) || (join === "||" && code === 0)) continue;
    if (loop) code = yield* runLoop(session, loop);
    else
      code = yield* runOne(
        session,
        words.map((word) => expandWord(word, session.variables)),
      );
    session.variables.set("?", String(code));
    if (session.ending !== undefined) return session.ending;
  }
  return code;
}

interface Loop {
  condition: Simple;
  body: readonly Simple[];
  /** Index of its `done`. */
  end: number;
}

/** `while COMMAND; do …; done`; undefined when it is not whole. */
function loopAt(parsed: readonly Simple[], at: number): Loop | undefined {
  const end = parsed.findIndex(({ words }, index) => index > at && isWord(words[0], "done"));
  const [head, first, ...rest] = parsed.slice(at, end);
  if (end < 0 || !head || !first || !isWord(first.words[0], "do")) return undefined;
  const body = [{ ...first, words: first.words.slice(1) }, ...rest];
  return { condition: { ...head, words: head.words.slice(1) }, body, end };
}

function isWord(word: Simple["words"][number] | undefined, text: string): boolean {
  return word?.length === 1 && word[0]?.text === text;
}

function* runLoop(session: Session, { condition, body }: Loop): Steps {
  let code = 0;
  while ((yield* runCommands(session, [condition])) === 0) {
    if (session.ending !== undefined) return session.ending;
    code = yield* runCommands(session, body);
    if (session.ending !== undefined) return session.ending;
    // A body that does nothing but compute must not hold up everybody.
    yield { sleepMs: 0 };
  }
  return code;
}

function* runOne(session: Session, argv: readonly string[]): Steps {
  const [first = ""] = argv;
  const assigned = /^(\w+)=(.*)$/s.exec(first);
  if (assigned && argv.length === 1) {
    session.variables.set(assigned[1] ?? "", assigned[2] ?? "");
    return 0;
  }
  if (shells.has(first)) return yield* runArguments(session, argv);
  if (first === "exec") return yield* runOne(session, argv.slice(1));
  if (!commands.has(base(first))) {
    yield {
      err: `sh: ${first}: not found (the sandbox's shell knows: ${Array.from(commands.keys()).join(" ")})\n`,
    };
    return 127;
  }
  return yield* runCommand(session, [base(first), ...argv.slice(1)]);
}

function* runCommand(session: Session, argv: readonly string[]): Steps {
  const command = commands.get(argv[0] ?? "");
  return command ? yield* command(session, argv.slice(1)) : 127;
}
