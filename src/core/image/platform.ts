// Platforms as `linux/arm64/v8`, read as the builder reads them.
// Facts: https://github.com/containerd/platforms v1.0.

export interface PlatformName {
  readonly os: string;
  readonly architecture: string;
}

const OS =
  /^(?:aix|android|darwin|dragonfly|freebsd|hurd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|windows|zos)$/;
const ARCHITECTURE =
  /^(?:386|amd64|amd64p32|arm|armbe|arm64|arm64be|ppc64|ppc64le|loong64|mips|mipsle|mips64|mips64le|mips64p32|mips64p32le|ppc|riscv|riscv64|s390|s390x|sparc|sparc64|wasm)$/;
const ALIASES: Readonly<Record<string, string>> = {
  i386: "386",
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
};

/** @returns undefined for what the builder refuses. */
export function parsePlatform(text: string): PlatformName | undefined {
  const [first = "", ...others] = text.split("/");
  const os = /^([A-Za-z0-9_-]+)(?:\([A-Za-z0-9_.%+-]*\))?$/.exec(first)?.[1]?.toLowerCase();
  if (os === undefined || others.length > 2) return undefined;
  if (!others.every((part) => /^[A-Za-z0-9_.-]+$/.test(part))) return undefined;
  const [second] = others;
  if (second !== undefined)
    return { os: os === "macos" ? "darwin" : os, architecture: architectureOf(second) };
  // One word alone is an operating system or an architecture that is known.
  if (OS.test(os)) return { os, architecture: "amd64" };
  const architecture = architectureOf(first);
  return ARCHITECTURE.test(architecture) ? { os: "linux", architecture } : undefined;
}

/** One name for the ways to write an architecture. */
export function architectureOf(text: string): string {
  const lower = text.toLowerCase();
  return Object.hasOwn(ALIASES, lower) ? (ALIASES[lower] ?? lower) : lower;
}
