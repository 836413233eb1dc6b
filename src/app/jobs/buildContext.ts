// What is found out about the context of a build while the builder is at work, so that a person is told of files
// that do not get across.
import { isAbort, type Signal } from "../../base/signal.ts";
import { causeText, type Log } from "../../base/log.ts";
import type {
  ContextFaults,
  ContextPlace,
  ContextSearch,
  IgnoreFile,
  KnownContext,
} from "../../core/image/buildContext.ts";
import { parseDockerignore } from "../../core/image/dockerignore.ts";
import type { Builder, BuildOptions } from "../../core/image/plan.ts";

/** What it needs from the world. */
export interface ContextTools {
  /** The ignore file that counts for a build. Throws Trouble for one that can't be read. */
  ignoreFile(options: BuildOptions, builder: Builder): Promise<{ name: string; text: string } | undefined>;
  /** What stands in the context at a path that a Dockerfile names. */
  contextPlace(context: string, path: string): Promise<ContextPlace>;
  /** Looks for files that do not get across as they are. */
  searchContext(context: string, search: ContextSearch, signal: Signal): Promise<ContextFaults>;
}

/** The parser of Dockerfiles is too large for activation. */
const knowledge = () => import("../../core/image/buildContext.ts");

export class BuildContext {
  readonly #tools: ContextTools;
  readonly #options: BuildOptions;
  readonly #ignore: IgnoreFile | undefined;
  readonly #faults: Promise<ContextFaults | undefined>;

  private constructor(
    tools: ContextTools,
    options: BuildOptions,
    ignore: IgnoreFile | undefined,
    faults: Promise<ContextFaults | undefined>,
  ) {
    this.#tools = tools;
    this.#options = options;
    this.#ignore = ignore;
    this.#faults = faults;
  }

  /**
   * Begins to look at the folder.
   * @param text of the Dockerfile.
   * @throws Trouble for an ignore file that can't be read.
   */
  static async open(
    tools: ContextTools,
    options: BuildOptions,
    builder: Builder,
    text: string,
    log: Log,
    signal: Signal,
  ): Promise<BuildContext> {
    const file = await tools.ignoreFile(options, builder);
    const ignore = file && { name: file.name, ...parseDockerignore(file.text) };
    const search = async () => {
      const { contextSearch } = await knowledge();
      return tools.searchContext(options.context, contextSearch(text, ignore), signal);
    };
    const faults = search().catch((error: unknown) => {
      // The build goes on without: it is the builder that decides what is wrong.
      if (!isAbort(error)) log.warn(`The build context could not be looked at: ${causeText(error)}`);
      return undefined;
    });
    return new BuildContext(tools, options, ignore, faults);
  }

  /** What a person should know of files that did not get across as they are. */
  async warnings(): Promise<string[]> {
    const faults = await this.#faults;
    return faults && faults.unreadable.length > 0 ? (await knowledge()).faultWarnings(faults) : [];
  }

  /** @param missing path that the build wanted in vain. */
  async known(missing: string | undefined): Promise<KnownContext> {
    return {
      ignore: this.#ignore,
      faults: await this.#faults,
      place:
        missing === undefined ? undefined : await this.#tools.contextPlace(this.#options.context, missing),
    };
  }
}
