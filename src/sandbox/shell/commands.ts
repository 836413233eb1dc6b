// The commands of the toy shell.
import { nvidiaSmi } from "./nvidiaSmi.ts";
import type { Session, Steps } from "./session.ts";

export type Command = (session: Session, args: readonly string[]) => Steps;

/** A command that does something and prints nothing. */
function silent(act: (session: Session, args: readonly string[]) => number): Command {
  return function* run(session, args) {
    yield { out: "" };
    return act(session, args);
  };
}

/** Prints and ends well. */
function printing(text: (session: Session, args: readonly string[]) => string): Command {
  return function* run(session, args) {
    const out = text(session, args);
    if (out !== "") yield { out: out.endsWith("\n") ? out : `${out}\n` };
    return 0;
  };
}

function filesOf(session: Session): Map<string, string> {
  const own = session.run.program.files(session.run);
  const { pod } = session.run;
  return new Map([
    ["/etc/hostname", `${pod.metadata.name}\n`],
    ["/etc/os-release", 'PRETTY_NAME="Slipway sandbox"\nNAME="sandbox"\nID=sandbox\n'],
    [
      "/proc/1/cmdline",
      `${[...(session.run.container.command ?? []), ...(session.run.container.args ?? [])].join(" ")}\n`,
    ],
    ["/var/run/secrets/kubernetes.io/serviceaccount/namespace", pod.metadata.namespace ?? ""],
    ...Object.entries(own),
    ...session.files,
  ]);
}

function absolute(session: Session, path: string): string {
  const full = path.startsWith("/") ? path : `${session.folder}/${path}`;
  const parts: string[] = [];
  for (const part of full.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Names directly in a folder; undefined when there is no such folder. */
function namesIn(session: Session, folder: string): string[] | undefined {
  const inside = folder === "/" ? "/" : `${folder}/`;
  const names = new Set<string>();
  for (const path of filesOf(session).keys()) {
    if (path.startsWith(inside)) names.add(path.slice(inside.length).split("/")[0] ?? "");
  }
  return names.size > 0 || ["/workspace", "/root", "/tmp"].includes(folder)
    ? Array.from(names).sort()
    : undefined;
}

const ls: Command = function* run(session, args) {
  const paths = args.filter((one) => !one.startsWith("-"));
  let code = 0;
  for (const path of paths.length > 0 ? paths : ["."]) {
    const full = absolute(session, path);
    const names = namesIn(session, full);
    if (filesOf(session).has(full)) yield { out: `${path}\n` };
    else if (names) yield { out: names.map((name) => `${name}\n`).join("") };
    else {
      yield { err: `ls: cannot access '${path}': No such file or directory\n` };
      code = 2;
    }
  }
  return code;
};

const cat: Command = function* run(session, args) {
  if (args.length === 0) {
    for (;;) {
      const line = yield { read: true };
      if (line === undefined) return 0;
      yield { out: `${line}\n` };
    }
  }
  let code = 0;
  for (const path of args) {
    const content = filesOf(session).get(absolute(session, path));
    if (content !== undefined) yield { out: content };
    else {
      yield { err: `cat: ${path}: No such file or directory\n` };
      code = 1;
    }
  }
  return code;
};

const cd: Command = function* run(session, args) {
  const folder = absolute(session, args[0] ?? "/root");
  if (!namesIn(session, folder) && folder !== "/") {
    yield { err: `sh: cd: can't cd to ${args[0]}\n` };
    return 2;
  }
  session.folder = folder;
  return 0;
};

const test: Command = silent((session, args) => {
  const [operator, path = ""] = args;
  const full = absolute(session, path);
  const isFile = filesOf(session).has(full);
  if (operator === "-f" || operator === "-e" || operator === "-s") return isFile ? 0 : 1;
  if (operator === "-d") return namesIn(session, full) && !isFile ? 0 : 1;
  if (operator === "-n") return path === "" ? 1 : 0;
  if (operator === "-z") return path === "" ? 0 : 1;
  return args[0] === args[2] && args[1] === "=" ? 0 : 1;
});

const sleep: Command = function* run(_session, args) {
  const seconds = args[0] === "infinity" ? Number.POSITIVE_INFINITY : Number(args[0]);
  if (Number.isNaN(seconds)) {
    yield { err: `sleep: invalid time interval '${args[0] ?? ""}'\n` };
    return 1;
  }
  // A timer takes no more than this many milliseconds.
  yield { sleepMs: Math.min(seconds * 1_000, 2_000_000_000) };
  return 0;
};

const exit: Command = silent((session, args) => {
  session.ending = Number(args[0] ?? session.variables.get("?") ?? 0) & 255;
  return session.ending;
});

const read: Command = function* run(session, args) {
  const line = yield { read: true };
  const [name] = args.filter((one) => !one.startsWith("-"));
  if (name !== undefined) session.variables.set(name, line ?? "");
  return line === undefined ? 1 : 0;
};

const exportVariable: Command = silent((session, args) => {
  for (const one of args) {
    const [name = "", ...value] = one.split("=");
    session.variables.set(name, value.join("="));
  }
  return 0;
});

const which: Command = function* run(_session, args) {
  const found = args.filter((one) => commands.has(one));
  for (const one of found) yield { out: `/usr/bin/${one}\n` };
  return found.length === args.length ? 0 : 1;
};

/** `command -v` names what would be run; the toy shell itself is its only shell. */
const commandBuiltin: Command = function* run(_session, [flag, name = ""]) {
  if (flag !== "-v" || !(name === "sh" || commands.has(name))) return 127;
  yield { out: name === "sh" ? "/bin/sh\n" : `${name}\n` };
  return 0;
};

const python: Command = function* run(_session, args) {
  if (args[0] === "--version" || args[0] === "-V") {
    yield { out: "Python 3.12.11\n" };
    return 0;
  }
  yield { err: "python: nothing really runs in the sandbox; --version is all there is\n" };
  return 1;
};

const jupyter: Command = function* run(session, args) {
  const token = session.variables.get("JUPYTER_TOKEN");
  if (token === undefined || args[1] !== "list") {
    yield { err: "jupyter: no server runs in this container\n" };
    return 1;
  }
  const server = {
    url: "http://localhost:8888/",
    token,
    root_dir: "/home/jovyan",
    pid: 7,
    port: 8888,
    version: "2.16.0",
  };
  yield {
    out: args.includes("--json")
      ? `${JSON.stringify(server)}\n`
      : `Currently running servers:\n${server.url}?token=${token} :: ${server.root_dir}\n`,
  };
  return 0;
};

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["ls", ls],
  ["cat", cat],
  ["echo", printing((_, args) => (args[0] === "-n" ? args.slice(1).join(" ") : `${args.join(" ")}\n`))],
  ["printf", printing((_, args) => (args[0] ?? "").replaceAll("\\n", "\n"))],
  [
    "env",
    printing(({ variables }) =>
      Array.from(variables, ([name, value]) => `${name}=${value}`)
        .filter((one) => !one.startsWith("?"))
        .join("\n"),
    ),
  ],
  ["printenv", printing(({ variables }, [name = ""]) => variables.get(name) ?? "")],
  ["export", exportVariable],
  ["read", read],
  ["pwd", printing((session) => session.folder)],
  ["cd", cd],
  ["whoami", printing(() => "root")],
  ["id", printing(() => "uid=0(root) gid=0(root) groups=0(root)")],
  ["hostname", printing(({ run }) => run.pod.metadata.name)],
  [
    "uname",
    printing((_, args) =>
      args.includes("-m") ? "x86_64" : args.length > 0 ? "Linux sandbox 6.8.0 x86_64 GNU/Linux" : "Linux",
    ),
  ],
  ["date", printing(({ run }) => new Date(run.now()).toUTCString())],
  [
    "ps",
    printing(
      ({ run }) =>
        `PID   USER     COMMAND\n    1 root     ${[...(run.container.command ?? [run.container.image]), ...(run.container.args ?? [])].join(" ")}`,
    ),
  ],
  ["sleep", sleep],
  ["test", test],
  [
    "[",
    (session, args) =>
      test(
        session,
        args.filter((one) => one !== "]"),
      ),
  ],
  ["true", printing(() => "")],
  [":", printing(() => "")],
  ["set", printing(() => "")],
  ["false", silent(() => 1)],
  ["exit", exit],
  ["which", which],
  ["command", commandBuiltin],
  ["python", python],
  ["python3", python],
  ["jupyter", jupyter],
  ["nvidia-smi", nvidiaSmi],
]);
