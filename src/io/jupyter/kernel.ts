// Runs one cell in a kernel of its own, as a notebook would: started, spoken to over its WebSocket, shut down.
// Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html
import { randomUUID } from "node:crypto";
import { abortError, onAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { ask, authorization, type JupyterAddress } from "./rest.ts";

export interface CellResult {
  ok: boolean;
  /** What the cell printed, its value, or its error, at most 256 KiB. */
  output: string;
}

/** A kernel that can't be started takes this long to say so. */
const startMs = 60_000;
const outputLimit = 256 * 1024;

/** Throws Trouble when there is no answer from a kernel. */
export async function runCell(
  address: JupyterAddress,
  kernelName: string,
  code: string,
  signal: Signal,
): Promise<CellResult> {
  const started = await ask("POST", address, "api/kernels", { name: kernelName }, signal).catch(
    (error: unknown) => {
      if (signal.aborted) throw abortError();
      throw new Trouble("unreachable", `Jupyter could not be asked for a kernel: ${said(error)}.`);
    },
  );
  const id = (started.data as { id?: unknown } | undefined)?.id;
  if (started.status !== 201 || typeof id !== "string") {
    throw new Trouble(
      "failed",
      `Jupyter could not start the kernel ${kernelName} (status ${started.status}). Check that its ipykernel is installed.`,
    );
  }
  try {
    return await talk(address, id, code, signal);
  } finally {
    const soon = AbortSignal.timeout(3000);
    await ask("DELETE", address, `api/kernels/${id}`, undefined, soon).catch(() => {});
  }
}

function talk(address: JupyterAddress, id: string, code: string, signal: Signal): Promise<CellResult> {
  const session = randomUUID();
  const url = new URL(`api/kernels/${id}/channels?session_id=${session}`, address.url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  // Node's own takes headers too, which a browser's can't; its types are the browser's.
  const options = { headers: authorization(address) } as unknown as string[];
  const socket = new WebSocket(url, options);
  return new Promise((resolve, reject) => {
    let output = "";
    let isIdle = false;
    let status: string | undefined;
    const end = (finish: () => void) => {
      clearTimeout(timer);
      listener.dispose();
      socket.close();
      finish();
    };
    const timer = setTimeout(
      () =>
        end(() =>
          reject(
            new Trouble("timeout", `The kernel gave no answer within ${startMs / 1000} s. Look at its log.`),
          ),
        ),
      startMs,
    );
    const listener = onAbort(signal, () => end(() => reject(abortError())));
    const message = request(session, code);
    socket.addEventListener("open", () => socket.send(JSON.stringify(message)));
    socket.addEventListener("error", () =>
      end(() => reject(new Trouble("unreachable", "The kernel's WebSocket could not be opened."))),
    );
    socket.addEventListener("close", () =>
      end(() => reject(new Trouble("unreachable", "The kernel went away before it answered."))),
    );
    socket.addEventListener("message", ({ data }) => {
      const news = typeof data === "string" ? (JSON.parse(data) as KernelMessage) : undefined;
      if (!news || news.parent_header?.msg_id !== message.header.msg_id) return;
      if (output.length < outputLimit) output += outputOf(news);
      if (news.msg_type === "status" && news.content?.["execution_state"] === "idle") isIdle = true;
      if (news.msg_type === "execute_reply") status = String(news.content?.["status"]);
      // The reply and the last output come over different channels, in any order.
      if (isIdle && status !== undefined) end(() => resolve({ ok: status === "ok", output }));
    });
  });
}

interface KernelMessage {
  msg_type?: string;
  parent_header?: { msg_id?: string };
  content?: Record<string, unknown>;
}

function request(session: string, code: string) {
  return {
    channel: "shell",
    header: {
      msg_id: randomUUID(),
      msg_type: "execute_request",
      session,
      username: "slipway",
      date: new Date().toISOString(),
      version: "5.3",
    },
    parent_header: {},
    metadata: {},
    content: { code, silent: false, store_history: false, allow_stdin: false, stop_on_error: true },
  };
}

function outputOf({ msg_type: type, content }: KernelMessage): string {
  if (type === "stream") return text(content?.["text"]);
  if (type === "error") return `${text(content?.["ename"])}: ${text(content?.["evalue"])}\n`;
  if (type !== "execute_result" && type !== "display_data") return "";
  const data = content?.["data"] as Record<string, unknown> | undefined;
  return `${text(data?.["text/plain"])}\n`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
