// A build as a command line: data, made for a process without a shell, so that no name is ever read as code.
import { parseReference, tagProblem } from "./reference.ts";

/** What the docker command line at hand builds with, best first. */
export type Builder =
  /** buildx 0.13 or later: BuildKit with progress as JSON lines. */
  | "buildx-json"
  /** An older buildx: BuildKit with progress as text. */
  | "buildx-text"
  /** A docker command line of 19.03 to 22, which has BuildKit inside: progress as text. */
  | "docker-buildkit"
  /** No buildx and no BuildKit: the classic builder. */
  | "classic";

export interface BuildOptions {
  /** Absolute path of the Dockerfile. */
  dockerfile: string;
  /** Absolute path of the folder that is sent to the engine. */
  context: string;
  /** Name of the image, as `my-model:1`. */
  tag: string;
  /** Stage to stop at; default: the last. */
  target?: string;
  platform?: string;
  buildArguments?: Record<string, string>;
  /** Secrets for `RUN --mount=type=secret,id=…`: each comes from a file or from a variable of this process. */
  secrets?: { id: string; file?: string; variable?: string }[];
  /** Builds every step anew. */
  withoutCache?: boolean;
}

/** What is given to the docker command line, wherever that lies. */
export interface CommandLine {
  args: string[];
  /** Added to the environment. */
  env: Record<string, string>;
}

/**
 * The command line of a build, or a sentence that says why there is none. Values stand behind `=` or are
 * absolute paths, so none can be taken for an option. The value of a build argument that looks like a secret
 * travels in the environment, and `warnings` says where it should be instead.
 */
export function planBuild(
  options: BuildOptions,
  builder: Builder,
): { line: CommandLine; warnings: string[] } | { problem: string } {
  const problem = optionProblem(options, builder);
  if (problem !== undefined) return { problem };
  const env: Record<string, string> = {};
  const warnings: string[] = [];
  const withBuildx = builder === "buildx-json" || builder === "buildx-text";
  // A builder in a container keeps its images to itself unless it is told to load them.
  const args = withBuildx ? ["buildx", "build", "--load"] : ["build"];
  // The classic builder knows no such option.
  if (builder !== "classic") args.push(`--progress=${builder === "buildx-json" ? "rawjson" : "plain"}`);
  if (builder === "docker-buildkit") env["DOCKER_BUILDKIT"] = "1";
  if (builder === "classic") {
    env["DOCKER_BUILDKIT"] = "0";
    // Else the container of a step that failed stays behind.
    args.push("--force-rm");
  }
  args.push(`--file=${options.dockerfile}`, `--tag=${options.tag}`);
  if (options.target !== undefined) args.push(`--target=${options.target}`);
  if (options.platform !== undefined) args.push(`--platform=${options.platform}`);
  if (options.withoutCache) args.push("--no-cache");
  for (const [name, value] of Object.entries(options.buildArguments ?? {})) {
    if (looksSecret(name)) {
      args.push(`--build-arg=${name}`);
      env[name] = value;
      warnings.push(
        `The build argument ${name} looks like a secret, and the image keeps it in its history. Use RUN --mount=type=secret,id=${name} instead.`,
      );
    } else {
      args.push(`--build-arg=${name}=${value}`);
    }
  }
  for (const secret of options.secrets ?? []) {
    const from = secret.file !== undefined ? `src=${secret.file}` : `env=${secret.variable ?? secret.id}`;
    args.push(`--secret=${[`id=${secret.id}`, from].map(field).join(",")}`);
  }
  args.push(options.context);
  return { line: { args, env }, warnings };
}

function optionProblem(options: BuildOptions, builder: Builder): string | undefined {
  for (const [what, path] of [
    ["Dockerfile", options.dockerfile],
    ["build context", options.context],
  ] as const) {
    if (!isAbsolute(path))
      return `The path of the ${what} must be absolute, and ${JSON.stringify(path)} is not.`;
    if (path.includes("\0")) return `The path of the ${what} holds a NUL character.`;
  }
  const tag = tagProblem(options.tag);
  if (tag !== undefined) return tag;
  if (options.target !== undefined && !/^[A-Za-z0-9][\w.-]*$/.test(options.target)) {
    return `${JSON.stringify(options.target)} can't be a build stage: use the name after AS in a FROM line.`;
  }
  if (options.platform !== undefined && !/^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/.test(options.platform)) {
    return `${JSON.stringify(options.platform)} is not a platform: write it as linux/amd64.`;
  }
  for (const name of Object.keys(options.buildArguments ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return `${JSON.stringify(name)} can't be the name of a build argument.`;
  }
  if ((options.secrets ?? []).length > 0 && builder === "classic") {
    return "Build secrets need buildx. Install the docker-buildx plugin, then build again.";
  }
  for (const { id } of options.secrets ?? []) {
    if (!/^[A-Za-z0-9_][\w.-]*$/.test(id)) return `${JSON.stringify(id)} can't be the id of a build secret.`;
  }
  return undefined;
}

/** One field of a comma-separated option value, quoted as CSV asks when it holds a comma or a quote. */
function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** POSIX, Windows drive or UNC. */
function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** By its name: a token, a password, a key. */
export function looksSecret(name: string): boolean {
  return /(?:^|_)(?:TOKEN|PASSWORD|PASSWD|PWD|SECRET|APIKEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)(?:_|$)/i.test(
    name.replace(/([a-z])([A-Z])/g, "$1_$2"),
  );
}

/**
 * Which builder there is. JSON progress came with buildx 0.13; the docker command line had BuildKit inside
 * until 22, and needs buildx for it since 23.
 * @param buildx what `docker buildx version` printed (`github.com/docker/buildx v0.31.1 …`); undefined when
 * there is no such plugin.
 * @param client version of the docker command line, as `28.2.2`.
 */
export function builderFrom(buildx: string | undefined, client: string): Builder {
  if (buildx === undefined) {
    const [major, minor] = client.split(".").map(Number);
    return (major ?? 0) >= 23 || (major ?? 0) < 18 || (major === 18 && minor !== 9)
      ? "classic"
      : "docker-buildkit";
  }
  const version = /\bv?(\d+)\.(\d+)\.\d+/.exec(buildx);
  // A build from source says `v0.0.0+unknown` or nothing at all: it is new.
  if (!version || version[0].endsWith("0.0.0")) return "buildx-json";
  const [, major, minor] = version.map(Number);
  return (major ?? 0) > 0 || (minor ?? 0) >= 13 ? "buildx-json" : "buildx-text";
}

/** The command lines that need the registry's credentials, which only the docker command line can look up. */
export function planRegistry(verb: "push" | "pull", reference: string): CommandLine | { problem: string } {
  const parsed = parseReference(reference);
  return "problem" in parsed ? parsed : { args: [verb, "--", reference], env: {} };
}
