// Reads kubeconfig files as kubectl does: the first entry of a name wins, one bad entry hides no other.
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Cluster, Context, User } from "@kubernetes/client-node";
import type { Log } from "../../base/log.ts";
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { addEntries, type Entries, noEntries } from "./kubeconfigEntries.ts";
import { type KubeconfigContent, kubeconfigFile } from "./kubeconfigFile.ts";

/** Everything needed to reach one context; credentials stay in here and in the transport. */
export interface Target {
  context: string;
  namespace: string | undefined;
  cluster: Cluster;
  user: User;
  /** `tokenFile` of the user, absolute; client-node does not read that key. */
  tokenFile: string | undefined;
  /** Groups to act as beside `impersonateUser`. */
  impersonateGroups: string[];
  /** Folder of the file the user stands in: relative plugin commands start there. */
  folder: string;
}

export interface ContextEntry {
  name: string;
  cluster: string;
  user: string;
  /** The context's default namespace. */
  namespace?: string;
  server?: string;
  /** The program that wrote the cluster's entry, where that says so. */
  provider?: string;
}

export interface KubeconfigView {
  contexts: ContextEntry[];
  /** Name of the current context, if the files have one. */
  current?: string;
  /** One sentence for each entry that can't be used. */
  problems: string[];
  /** One sentence when there is nothing to show: no file, an empty one, a broken one. */
  trouble?: string;
  /** There is no file at all: the empty view says what to do. */
  isMissing?: boolean;
}

/** kubectl's order: the variable's files (missing ones are passed over), else the one in the home folder. */
export function kubeconfigPaths(
  setting: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string[] {
  const paths = setting.length > 0 ? setting : (environment.KUBECONFIG ?? "").split(delimiter);
  const named = paths
    .map((path) => path.trim())
    .filter((path) => path !== "")
    .map((path) => (path.startsWith("~/") ? join(home, path.slice(2)) : path));
  return named.length > 0 ? named : [join(home, ".kube", "config")];
}

export class Kubeconfig {
  readonly #paths: () => string[];
  readonly #log: Log;
  #files: Entries | undefined;
  /** What each file held when it was last whole. */
  readonly #whole = new Map<string, KubeconfigContent>();
  #stamp = "";

  /** @param paths asked at each load; never from an untrusted workspace. */
  constructor(paths: () => string[], log: Log) {
    this.#paths = paths;
    this.#log = log;
  }

  /** True when a file was written, made or removed since the last load. */
  async hasChanged(): Promise<boolean> {
    return (await stampOf(this.#paths())) !== this.#stamp;
  }

  /**
   * Reads the files. Never throws: what is wrong stands in the result. A file that can't be read counts as it was when
   * it last could be.
   * @param isByItself nobody asked for it: a file that is gone, or has lost a part, may be just being written.
   */
  async load(isByItself = false): Promise<KubeconfigView> {
    const paths = this.#paths();
    this.#stamp = await stampOf(paths);
    const files = noEntries();
    const broken: string[] = [];
    let found = 0;
    for (const path of paths) {
      const read = await kubeconfigFile(path, isByItself ? this.#whole.get(path) : undefined);
      if (read === undefined) {
        this.#whole.delete(path);
        continue;
      }
      found++;
      if (!("problem" in read)) {
        addEntries(files, path, read.raw);
        this.#whole.set(path, read);
        continue;
      }
      this.#log.warn(`kubeconfig ${path}: ${causeText(read.cause ?? read.problem)}`);
      const before = this.#whole.get(path);
      broken.push(before ? `${read.problem} What it said before counts until then.` : read.problem);
      if (before) addEntries(files, path, before.raw);
    }
    this.#files = files;
    const contexts = Array.from(files.contexts.values(), (context) => entryOf(context, files));
    if (contexts.length > 0) {
      const { current } = files;
      return { contexts, problems: [...broken, ...files.problems], ...(current ? { current } : {}) };
    }
    return {
      contexts,
      problems: files.problems,
      trouble: nothingSentence(paths, found, broken, files.problems),
      ...(found === 0 && broken.length === 0 ? { isMissing: true } : {}),
    };
  }

  /** The same; undefined where an entry is missing. */
  found(name: string): Target | undefined {
    try {
      return this.target(name);
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      return undefined;
    }
  }

  /** What is needed to reach a context. @throws Trouble when an entry it names is missing. */
  target(name: string): Target {
    const files = this.#files;
    const context = files?.contexts.get(name);
    if (!files || !context) {
      throw new Trouble("not-found", `Context ${name} is not in the kubeconfig any more: refresh the view.`);
    }
    const cluster = files.clusters.get(context.cluster)?.cluster;
    if (!cluster) {
      throw new Trouble(
        "bad-input",
        `Context ${name} names the cluster ${context.cluster}, which the kubeconfig does not have: add it there.`,
      );
    }
    const user = files.users.get(context.user);
    if (!user && context.user) {
      throw new Trouble(
        "bad-input",
        `Context ${name} names the user ${context.user}, which the kubeconfig does not have: add it there.`,
      );
    }
    return {
      context: name,
      namespace: context.namespace,
      cluster,
      user: user?.user ?? { name: "" },
      tokenFile: user?.tokenFile,
      impersonateGroups: user?.groups ?? [],
      folder: user?.folder ?? "",
    };
  }
}

function entryOf(context: Context, { clusters }: Entries): ContextEntry {
  const known = clusters.get(context.cluster);
  const server = known?.cluster.server;
  return {
    name: context.name,
    cluster: context.cluster,
    user: context.user,
    ...(context.namespace ? { namespace: context.namespace } : {}),
    ...(server ? { server } : {}),
    ...(known?.provider ? { provider: known.provider } : {}),
  };
}

function nothingSentence(paths: string[], found: number, broken: string[], problems: string[]): string {
  if (broken.length > 0) return broken.join(" ");
  if (found === 0) return `There is no kubeconfig at ${paths.join(" or ")}: create one, or set KUBECONFIG.`;
  return problems[0] ?? `${paths.join(" and ")} name no context: add one with kubectl config set-context.`;
}

async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map(async (path) => {
      try {
        const { mtimeMs, size, ino } = await stat(path);
        return `${path}:${mtimeMs}:${size}:${ino}`;
      } catch {
        return `${path}:-`;
      }
    }),
  );
  return stamps.join("|");
}
