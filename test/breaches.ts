// The checks behind the architecture test: each takes sources and gives one sentence per breach.
import { coreOrder, impure, lineLimit, type Wall, walls } from "./walls.ts";
import { imports, type Source, withoutComments } from "./sources.ts";

/** Who imports whom although the table does not say so. */
export function forbiddenImports(files: Source[], table: Wall[] = walls): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const wall = table.find((one) => one.room === room);
    if (!wall) return [`${file.path}: no room named "${room}" is in test/walls.ts`];
    return imports(file).flatMap((one) => {
      if (one.own) {
        const target = roomOf(one.to);
        if (target === room) return coreBreach(one.from, one.to);
        return wall.mayImport.includes(target)
          ? []
          : [`${one.from} imports ${one.to}: ${room} may not look into ${target}`];
      }
      const allowed = wall.packages.some((name) =>
        name.endsWith("*")
          ? one.to.startsWith(name.slice(0, -1))
          : one.to === name || one.to.startsWith(`${name}/`),
      );
      return allowed ? [] : [`${one.from} imports "${one.to}": ${room} may not use that package`];
    });
  });
}

function coreBreach(from: string, to: string): string[] {
  const [a, b] = [coreRoom(from), coreRoom(to)];
  if (a === undefined || b === undefined || a === b) return [];
  const [ia, ib] = [coreOrder.indexOf(a), coreOrder.indexOf(b)];
  if (ia < 0) return [`${from}: core has no room named "${a}" in test/walls.ts`];
  return ib < ia ? [] : [`${from} imports ${to}: inside core, ${a} may not look into ${b}`];
}

/** Import cycles, each as the chain of its files. */
export function cycles(files: Source[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      imports(file)
        .filter((one) => one.own)
        .map((one) => one.to),
    ]),
  );
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: string[]) => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push(`import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(" -> ")}`);
      return;
    }
    state.set(path, "open");
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, "done");
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

export function tooLong(files: Source[], limit = lineLimit): string[] {
  return files
    .filter((file) => !file.path.endsWith(".gen.ts"))
    .map((file) => ({ path: file.path, lines: file.text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path} has ${lines} lines; split it (limit ${limit})`);
}

/** Core must give the same answer for the same input. */
export function impurities(files: Source[]): string[] {
  return files
    .filter((file) => file.path.startsWith("src/core/"))
    .flatMap((file) => {
      const code = withoutTexts(withoutComments(file.text));
      return impure
        .filter(({ pattern }) => pattern.test(code))
        .map(({ what }) => `${file.path} uses ${what}: core is pure`);
    });
}

/** State that outlives its owner: `let` at the top of a file, or a collection made there to be filled. */
export function moduleState(files: Source[]): string[] {
  return files.flatMap((file) => {
    const code = withoutComments(file.text);
    const found = [
      ...code.matchAll(
        /^(?:export )?(?:let|var) (\w+)|^(?:export )?const (\w+)[^=\n]*= new (?:Map|Set|WeakMap|Emitter)[^(]*\(\)/gm,
      ),
    ];
    return found.map((match) => `${file.path} keeps state at module level: ${match[1] ?? match[2]}`);
  });
}

/** Files that only re-export hide who needs what; the only index files are generated. */
export function barrels(files: Source[]): string[] {
  return files
    .filter((file) => /(^|\/)index\.ts$/.test(file.path) || /^export \* from/m.test(file.text))
    .map((file) => `${file.path} is a barrel: import the file that has the thing`);
}

/** The first line of a file says what it is. */
export function unnamed(files: Source[]): string[] {
  return files
    .filter((file) => !file.text.startsWith("//"))
    .map((file) => `${file.path}: its first line must be a comment that says what the file is`);
}

function withoutTexts(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
}

function roomOf(path: string): string {
  const parts = path.split("/");
  if (parts[0] === "webview") return "webview";
  return parts[1] ?? "";
}

function coreRoom(path: string): string | undefined {
  const parts = path.split("/");
  return parts[1] === "core" && parts.length > 3 ? parts[2] : undefined;
}
