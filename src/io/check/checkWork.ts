// What the worker that checks does: it remembers the documents of recent files, so that only what changed is parsed
// again, and what the other files of the workspace say.
import { once } from "../../base/once.ts";
import { never } from "../../base/signal.ts";
import { isKustomization } from "../../core/kube/kustomization.ts";
import { type CheckCache, type CheckInput, check, checkCluster } from "../../core/rules/check.ts";
import { checkConfiguration } from "../../core/rules/checkConfiguration.ts";
import { isConfiguration } from "../../core/rules/configuration.ts";
import { checkedFacts } from "../../core/rules/fileFacts.ts";
import { fileKind } from "../../core/rules/fileKind.ts";
import { fixText } from "../../core/rules/fixing.ts";
import { rules } from "../../core/rules/index.gen.ts";
import type { Edit, Finding } from "../../core/syntax/finding.ts";
import { overOf } from "./asked.ts";
import { filesBeside } from "./beside.ts";
import { editsBetween } from "./editsBetween.ts";
import type {
  CheckAnswer,
  CheckRequest,
  FixRequest,
  Notice,
  WorkerData,
  WorkspaceChange,
} from "./messages.ts";
import { ServedFiles } from "../served/servedFiles.ts";
import { ServedKinds } from "../served/servedKinds.ts";
import { JoinedKinds } from "./joinedKinds.ts";
import { readSchemas } from "./schemaFile.ts";
import { Surroundings } from "./surroundings.ts";
import { WorkspaceIndex } from "./workspaceIndex.ts";

const MAXIMUM_CACHED_FILES = 20;

type Slices = CheckCache["slices"];

export class CheckWork {
  readonly #say: (said: Notice | CheckAnswer) => void;
  readonly #skipped: readonly string[];
  readonly #caches = new Map<string, CheckCache>();
  readonly #surroundings = new Surroundings(rules);
  readonly #schemas: Pick<CheckInput, "schemas">;
  /** Kinds of the clusters that were asked. */
  readonly #served: ServedKinds | undefined;
  readonly #kinds = new JoinedKinds();
  /** By folder of the workspace, from the first manifest in it on. */
  readonly #indexes = new Map<string, WorkspaceIndex>();

  constructor(
    { schemasPath, servedFolder, skipped = [] }: WorkerData,
    say: (said: Notice | CheckAnswer) => void,
  ) {
    this.#say = say;
    this.#skipped = skipped;
    this.#served = servedFolder === undefined ? undefined : new ServedKinds(new ServedFiles(servedFolder));
    // Read at the first Kubernetes object, and kept.
    this.#schemas = schemasPath === undefined ? {} : { schemas: once(() => readSchemas(schemasPath)) };
  }

  take(told: CheckRequest | FixRequest | WorkspaceChange): void {
    if (!("text" in told)) {
      this.#change(told);
      return;
    }
    const [found, slices] = this.#answer(told);
    if ("fix" in told) {
      this.#say("failed" in found ? found : { ...found, edits: this.#repair(told, found.findings) });
      return;
    }
    this.#say(found);
    if (slices) this.#remember(told, slices);
  }

  /** The edits that repair what is asked for. */
  #repair(request: FixRequest, findings: readonly Finding[]): Edit[] {
    const again = (text: string) => {
      const [changed] = this.#answer({ ...request, text });
      return "failed" in changed ? [] : changed.findings;
    };
    const { text } = fixText(request.text, findings, request.fix, rules, again);
    return editsBetween(request.text, text);
  }

  /** The answer, and the documents of the file where they were looked at. */
  #answer({ path, text, top, ...asked }: CheckRequest): [CheckAnswer, Slices?] {
    if (isConfiguration(path)) return [{ findings: checkConfiguration(path, text, rules) }];
    this.#surroundings.forget();
    const { settings: own, partial } = this.#surroundings.of(path, top, overOf(asked));
    if (!own) return [{ findings: [] }];
    const version = own.kubernetesVersion ?? asked.clusterVersion;
    const settings = version === undefined ? own : { ...own, kubernetesVersion: version };
    if (asked.cluster) {
      const { namespaces } = this.#othersOf(path, text, top);
      const known = namespaces ? { namespaces } : {};
      return [{ findings: checkCluster({ path, text, settings, rules, ...known }, asked.cluster) }];
    }
    // What pods a patch has was found for a patch.
    const key = partial ? `${path} as a patch` : path;
    const cache: CheckCache = this.#caches.get(key) ?? { slices: new Map() };
    // Put last again: the first of a Map is the one not used for longest.
    this.#caches.delete(key);
    this.#caches.set(key, cache);
    const oldest = this.#caches.keys().next().value;
    if (this.#caches.size > MAXIMUM_CACHED_FILES && oldest !== undefined) this.#caches.delete(oldest);
    try {
      const beside = filesBeside(path, text);
      const around = this.#othersOf(path, text, top);
      const findings = check({
        path,
        text,
        settings,
        rules,
        cache,
        partial,
        beside,
        ...around,
        ...this.#schemas,
      });
      return [{ findings }, cache.slices];
    } catch (error) {
      this.#caches.delete(key);
      return [{ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }];
    }
  }

  /** What the other files of the workspace say; they are read from the first manifest on. */
  #othersOf(
    path: string,
    text: string,
    top: string | undefined,
  ): Pick<CheckInput, "others" | "namespaces" | "definitions"> {
    const served = this.#served?.kinds() ?? [];
    if (top === undefined || !isAbout(path, text)) return { definitions: served };
    const index = this.#indexes.get(top) ?? this.#begun(top);
    const { namespaces, definitions } = index.workspace;
    return { others: index.others, namespaces, definitions: this.#kinds.of(definitions, served) };
  }

  #begun(top: string): WorkspaceIndex {
    const events = {
      changed: () => this.#say({ notice: "others" }),
      reading: (path: string | undefined) => this.#say({ notice: "reading", path }),
    };
    const index = new WorkspaceIndex(top, events, never(), this.#skipped);
    this.#indexes.set(top, index);
    return index;
  }

  /** After the answer, which must not wait for it. */
  #remember({ path, text, top, isFile }: CheckRequest, slices: Slices): void {
    const index = top === undefined || !isFile ? undefined : this.#indexes.get(top);
    if (!index) return;
    const facts = isAbout(path, text) ? checkedFacts(path, text, slices, index.of(path)) : undefined;
    if (index.opened(path, facts)) this.#say({ notice: "others", by: path });
  }

  #change(told: WorkspaceChange): void {
    for (const index of this.#indexes.values()) {
      if ("closed" in told) index.closed(told.closed);
      else if (told.changed === "all") index.rescan();
      else {
        const own = told.changed.filter((path) => index.has(path));
        if (own.length > 0) index.changed(own);
      }
    }
  }
}

function isAbout(path: string, text: string): boolean {
  return fileKind(path, text) === "kubernetes" || isKustomization(path.replaceAll("\\", "/"));
}
