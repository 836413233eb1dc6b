// Jupyter inside a container: the scripts that find and start a server, and what its runtime files say.
// Source: jupyter_server serverapp.py (info_file, JUPYTER_TOKEN_FILE), jupyter_core paths.py (runtime folder).
import { jupyterPort } from "./names.ts";

/** A server as its runtime file describes it; the file holds the token, so this is never logged or kept. */
export interface JupyterServerFile {
  /** In the container. */
  port: number;
  /** With a slash at both ends. */
  basePath: string;
  /** Empty when the server asks for none. */
  token: string;
  /** It has a password, so that the token alone may not be what a person knows. */
  password: boolean;
  /** Reached only from inside the container. */
  loopbackOnly: boolean;
  pid: number;
}

const mark = "slipway-jupyter-file ";

/**
 * Prints the runtime file of every server that is alive. A file outlives its server, and its process number is
 * given to others after a restart: so the process has to be one of Jupyter's. For `sh`, as root.
 */
export const findScript = `
for folder in "$JUPYTER_RUNTIME_DIR" "$HOME/.local/share/jupyter/runtime" /root/.local/share/jupyter/runtime \\
  /home/*/.local/share/jupyter/runtime /run/user/*/jupyter /tmp/slipway-jupyter-*/runtime; do
  [ -d "$folder" ] || continue
  for file in "$folder"/jpserver-*.json "$folder"/nbserver-*.json; do
    [ -f "$file" ] || continue
    pid=\${file##*-}; pid=\${pid%.json}
    tr '\\000' ' ' 2>/dev/null < "/proc/$pid/cmdline" | grep -q -i -e jupyter -e notebook || continue
    printf '%s' '${mark}'; tr -d '\\n' < "$file"; echo
  done
done
exit 0
`;

/** The servers in what `findScript` printed, each once. */
export function parseFound(output: string): JupyterServerFile[] {
  const found = new Map<number, JupyterServerFile>();
  for (const line of output.split("\n")) {
    if (!line.startsWith(mark)) continue;
    const server = parseServerFile(line.slice(mark.length));
    if (server) found.set(server.pid, server);
  }
  return Array.from(found.values());
}

function parseServerFile(text: string): JupyterServerFile | undefined {
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof data !== "object" || data === null) return undefined;
  const { port, pid, base_url: base, token, hostname, password } = data;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  if (typeof pid !== "number") return undefined;
  return {
    port,
    pid,
    basePath: basePath(typeof base === "string" ? base : "/"),
    token: typeof token === "string" ? token : "",
    password: password === true,
    loopbackOnly: typeof hostname === "string" && /^(?:localhost|127\.|::1$)/.test(hostname),
  };
}

/** With a slash at both ends. */
export function basePath(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, "");
  return inner === "" ? "/" : `/${inner}/`;
}

/** Ends well when the user may write where it stands. */
export const writeScript = "[ -w . ]\n";

/**
 * Ends well when the place also belongs to the user. The devcontainers command line gives the container's user the
 * number of the person's own, but not root's: what root has mounted can be written by root alone.
 */
export const ownScript = "[ -w . ] && [ -O . ]\n";

/** How `startScript` ends when there is nothing to start. */
export const exitCodes = { noJupyter: 61, noFolder: 62 } as const;

/**
 * Starts a server that outlives this script, for `sh -s`: the script comes by standard input, so that the token is
 * in no argument and no variable. It lies in a file that only its owner reads, which Jupyter itself knows how to
 * use. The server listens on the container's own address; who may come that far is decided by what is published.
 * @param token letters and digits.
 */
export function startScript(token: string, port: number): string {
  if (!/^[0-9A-Za-z]+$/.test(token)) throw new Error("a token is letters and digits");
  return `
umask 077
folder="/tmp/slipway-jupyter-$(id -u)"
mkdir -p "$folder" 2>/dev/null
[ -O "$folder" ] && [ -w "$folder" ] || exit ${exitCodes.noFolder}
chmod 700 "$folder"
PATH="$HOME/.local/bin:$PATH"
for program in jupyter-lab jupyter-server jupyter-notebook; do
  command -v "$program" > /dev/null 2>&1 && break
  program=
done
[ -n "$program" ] || exit ${exitCodes.noJupyter}
printf '%s' '${token}' > "$folder/token" || exit ${exitCodes.noFolder}
allow=
[ "$(id -u)" = 0 ] && allow=--allow-root
detach=nohup
command -v setsid > /dev/null 2>&1 && detach='setsid nohup'
unset JUPYTER_TOKEN
JUPYTER_TOKEN_FILE="$folder/token" $detach "$program" --no-browser --ip=0.0.0.0 --port=${port} \\
  --port-retries=0 $allow < /dev/null > "$folder/log" 2>&1 &
echo $! > "$folder/pid"
`;
}

/** Prints the end of the log of the server that was started last, and whether it still runs. For `sh`. */
export const logScript = `
folder=$(ls -d /tmp/slipway-jupyter-* 2>/dev/null | head -n 1)
[ -n "$folder" ] || exit 0
tail -n 60 "$folder/log" 2>/dev/null
kill -0 "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null && echo slipway-alive
exit 0
`;

/** Why a server that was started is not there, from `logScript`; undefined while it is on its way. */
export function explainStart(output: string, port: number): string | undefined {
  if (/address already in use|port \d+ is already in use/i.test(output)) {
    return `Port ${port} in the container is taken by something else than Jupyter. Stop that, or publish another port.`;
  }
  if (/\bslipway-alive\b/.test(output)) return undefined;
  if (/No module named|ModuleNotFoundError|ImportError/.test(output)) {
    const what = /(?:No module named|cannot import name) '([^'\n]+)'/.exec(output)?.[1];
    return `Jupyter in the container is broken${what === undefined ? "" : `: the Python module ${what} is missing`}. Install it in the image, then rebuild.`;
  }
  if (/read-only file system|Permission denied|PermissionError/i.test(output)) {
    return "Jupyter can't write where it has to: a folder of the container is read-only or belongs to somebody else. Look at the mounts and the user in devcontainer.json.";
  }
  return "Jupyter ended as soon as it was started. Its last words are in the log.";
}

/** Tokens taken out of a text that others may read: those of addresses, and those that Jupyter makes itself. */
export function withoutTokens(text: string): string {
  return text.replace(/([?&]token=)[^&\s"']+/g, "$1…").replace(/\b[0-9a-f]{48}\b/gi, "…");
}

/** Where a port of a container is reached from this machine. */
export interface ReachablePort {
  host: string;
  port: number;
}

/**
 * The address of a port of a running container, from the engine's record of it: published on this machine, or
 * the container's own address where the engine is on this machine.
 * @param engineHost where published ports are; undefined for an engine on this machine.
 */
export function reachPort(
  inspected: unknown,
  port: number,
  engineHost: string | undefined,
): ReachablePort | undefined {
  const settings = field(inspected, "NetworkSettings");
  const bindings = field(field(settings, "Ports"), `${port}/tcp`);
  if (Array.isArray(bindings)) {
    for (const binding of bindings) {
      const hostPort = Number(field(binding, "HostPort"));
      const ip = field(binding, "HostIp");
      if (!Number.isInteger(hostPort) || hostPort <= 0) continue;
      const everywhere = typeof ip !== "string" || ip === "" || ip === "0.0.0.0" || ip === "::";
      const host = engineHost ?? (everywhere ? "127.0.0.1" : ip);
      return { host: host.includes(":") ? `[${host}]` : host, port: hostPort };
    }
  }
  if (field(field(inspected, "HostConfig"), "NetworkMode") === "host") {
    return { host: engineHost ?? "127.0.0.1", port };
  }
  if (engineHost !== undefined) return undefined;
  const networks = field(settings, "Networks");
  for (const network of Object.values((networks as object | undefined) ?? {})) {
    const address = field(network, "IPAddress");
    if (typeof address === "string" && address !== "") return { host: address, port };
  }
  return undefined;
}

/** The container whose network this one shares, as Compose's `network_mode: service:db` has it. */
export function networkOwner(inspected: unknown): string | undefined {
  const mode = field(field(inspected, "HostConfig"), "NetworkMode");
  return typeof mode === "string" ? /^container:(.+)$/.exec(mode)?.[1] : undefined;
}

/** What to write where, so that a port of the container is published: a clause and a full stop. */
export function publishAdvice(inspected: unknown, port: number): string {
  const labels = field(field(inspected, "Config"), "Labels");
  const isOfCompose = field(labels, "com.docker.compose.project") !== undefined;
  return isOfCompose
    ? `Publish port ${port} in the Compose file (ports: ["127.0.0.1::${port}"]) and rebuild.`
    : `Publish port ${port} in devcontainer.json ("runArgs": ["--publish=127.0.0.1::${port}"]) and rebuild.`;
}

/** The container's port to start Jupyter on: its usual one when published, else the only published one. */
export function portToServe(inspected: unknown): number {
  const ports = field(field(inspected, "NetworkSettings"), "Ports");
  const published = Object.entries((ports as Record<string, unknown> | undefined) ?? {}).flatMap(
    ([name, bindings]) => {
      const match = /^(\d+)\/tcp$/.exec(name);
      return match && Array.isArray(bindings) && bindings.length > 0 ? [Number(match[1])] : [];
    },
  );
  const [only] = published;
  return published.length === 1 && only !== undefined && !published.includes(jupyterPort)
    ? only
    : jupyterPort;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
