// The walls of the house as data: who may import whom, and what each room must not name.

export interface Wall {
  /** First folder (or root file) of `src`, or `webview`. */
  room: string;
  /** Rooms it may import from besides itself. */
  mayImport: string[];
  /** Packages it may import; a `*` at the end matches any rest. */
  packages: string[];
}

const pureParsers = ["yaml", "jsonc-parser", "dockerfile-ast"];

export const walls: Wall[] = [
  { room: "base", mayImport: [], packages: [] },
  { room: "core", mayImport: ["base"], packages: pureParsers },
  { room: "protocol", mayImport: ["base"], packages: [] },
  {
    room: "io",
    mayImport: ["base", "core"],
    packages: ["node:*", "dockerode", "@kubernetes/client-node", "yaml", "diff", "socks", "tar-stream"],
  },
  { room: "app", mayImport: ["base", "core"], packages: [] },
  { room: "ui", mayImport: ["base", "core", "app", "protocol"], packages: [] },
  {
    room: "vscode",
    mayImport: ["base", "core", "app", "ui", "protocol"],
    packages: ["vscode", "@vscode/jupyter-extension", "node:*"],
  },
  { room: "webview", mayImport: ["base", "protocol"], packages: ["uplot", "@vscode/webview-ui-toolkit"] },
  { room: "cli", mayImport: ["base", "core", "io", "app", "sandbox"], packages: ["node:*", "diff"] },
  { room: "sandbox", mayImport: ["base", "core"], packages: ["node:*"] },
  { room: "manifest", mayImport: ["ui", "core"], packages: ["node:*"] },
  {
    room: "world.ts",
    mayImport: ["base", "core", "io", "app", "ui", "vscode", "sandbox"],
    packages: ["vscode", "node:*"],
  },
  {
    room: "extension.ts",
    mayImport: ["world.ts", "base", "io", "app", "ui", "vscode"],
    packages: ["vscode", "node:*"],
  },
];

/** Inside core a room looks only at those before it. */
export const coreOrder = [
  "syntax",
  "kube",
  "gpu",
  "image",
  "devcontainer",
  "serving",
  "policy",
  "rules",
  "language",
  "scaffold",
];

export const lineLimit = 400;

/** What core must not name: it has no clock, no chance, no host. */
export const impure = [
  { pattern: /\bDate\.now\b|\bnew Date\(\)/, what: "the clock" },
  { pattern: /\bMath\.random\b|\bcrypto\b/, what: "chance" },
  { pattern: /\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bqueueMicrotask\b/, what: "timers" },
  { pattern: /\bfetch\(|\bprocess\.|\bglobalThis\b|\bconsole\./, what: "the host" },
];
