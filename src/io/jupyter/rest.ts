// One call of a Jupyter server's REST API: the token in a header, a limit in time and size, no redirects.
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { abortError, onAbort, type Signal } from "../../base/signal.ts";

export interface JupyterAddress {
  /** With a slash at its end, without a token: `http://127.0.0.1:49153/`. */
  url: string;
  /** Empty where the server asks for none. */
  token: string;
}

const limitMs = 5000;
/** A list of kernels is small; whoever sends more is not Jupyter. */
const maximumBytes = 4 * 1024 * 1024;

/** One call of the REST API. Redirects are not followed. */
export function ask(
  method: "GET" | "POST" | "DELETE",
  address: JupyterAddress,
  path: string,
  body: unknown,
  signal: Signal,
): Promise<{ status: number; data: unknown }> {
  const url = new URL(path, address.url);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method,
        agent: false,
        headers: {
          accept: "application/json",
          ...authorization(address),
          ...(sent === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) }),
        },
      },
      (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          answer += chunk;
          if (answer.length > maximumBytes)
            call.destroy(new Error("it answered with too much to be Jupyter"));
        });
        response.on("error", reject);
        response.on("end", () => {
          end();
          resolve({ status: response.statusCode ?? 0, data: parse(answer) });
        });
      },
    );
    const timer = setTimeout(
      () => call.destroy(new Error(`it did not answer within ${limitMs / 1000} s`)),
      limitMs,
    );
    const listener = onAbort(signal, () => call.destroy(abortError()));
    const end = () => {
      clearTimeout(timer);
      listener.dispose();
    };
    call.on("error", (error: NodeJS.ErrnoException) => {
      end();
      reject(error.code === "ECONNREFUSED" ? new Error("nothing listens there") : error);
    });
    call.end(sent);
  });
}

export function authorization({ token }: JupyterAddress): Record<string, string> {
  return token === "" ? {} : { authorization: `token ${token}` };
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    return undefined;
  }
}
