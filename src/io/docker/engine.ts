// The Docker engine through its API: lists, events, containers, logs. It does, and reports what happened.
import { StringDecoder } from "node:string_decoder";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { DeviceRequest, EngineFacts } from "../../core/image/gpuSupport.ts";
import {
  containerFrom,
  type ContainerSummary,
  gpuLabel,
  imageFrom,
  type ImageSummary,
} from "../../core/image/objects.ts";
import { LineSplitter } from "../process/lines.ts";
import { Connection, pingMs, startMs } from "./connection.ts";
import { Frames } from "./frames.ts";

export interface RunOptions {
  image: string;
  gpus: DeviceRequest[];
  /** What was asked for, as `all` or `0,1`; kept as a label of the container. */
  gpusAsked?: string;
  shmSizeBytes?: number;
}

/** An event is a hint that a kind of thing changed, never the truth about it. */
export interface EngineEvent {
  kind: "container" | "image";
  id: string;
  /** As the engine calls it: `start`, `die`, `tag`. */
  action: string;
}

export class Engine {
  readonly #connection: Connection;
  readonly #environment: () => Record<string, string | undefined>;
  readonly #docker: () => string;

  /**
   * @param environment where DOCKER_HOST, DOCKER_CONTEXT and DOCKER_CONFIG are read at each call.
   * @param docker name or path of the docker command line, for terminals.
   */
  constructor(environment: () => Record<string, string | undefined>, docker: () => string = () => "docker") {
    this.#connection = new Connection(environment);
    this.#environment = environment;
    this.#docker = docker;
  }

  dispose(): void {
    this.#connection.dispose();
  }

  /** Ends well when the engine answers within 2 s. */
  async ping(signal: Signal): Promise<void> {
    await this.#connection.call(
      "answer",
      (client, within) => client.ping({ abortSignal: within }),
      signal,
      pingMs,
    );
  }

  async facts(signal: Signal): Promise<EngineFacts> {
    return this.#connection.call(
      "describe itself",
      async (client, within) => {
        const [info, version] = (await Promise.all([
          client.info({ abortSignal: within }),
          client.version({ abortSignal: within }),
        ])) as [Record<string, unknown>, { ApiVersion?: string }];
        const devices = info["DiscoveredDevices"];
        const folders = info["CDISpecDirs"];
        return {
          apiVersion: version.ApiVersion ?? "",
          operatingSystem: typeof info["OperatingSystem"] === "string" ? info["OperatingSystem"] : "",
          runtimes: Object.keys((info["Runtimes"] as object | undefined) ?? {}),
          cdiFolders: Array.isArray(folders) ? folders.map(String) : undefined,
          devices: Array.isArray(devices)
            ? devices.flatMap((device: { ID?: unknown }) =>
                typeof device.ID === "string" ? [device.ID] : [],
              )
            : undefined,
        };
      },
      signal,
    );
  }

  async containers(signal: Signal): Promise<ContainerSummary[]> {
    const list = await this.#connection.call(
      "list its containers",
      (client, within) => client.listContainers({ all: true, abortSignal: within }),
      signal,
    );
    return list.map(containerFrom).filter((one) => one !== undefined);
  }

  async images(signal: Signal): Promise<ImageSummary[]> {
    const list = await this.#connection.call(
      "list its images",
      (client, within) => client.listImages({ abortSignal: within }),
      signal,
    );
    return list.map(imageFrom).filter((one) => one !== undefined);
  }

  /** Calls `onOpen` when events flow, `onEvent` for each; ends when the engine ends the stream. */
  async events(onOpen: () => void, onEvent: (event: EngineEvent) => void, signal: Signal): Promise<void> {
    const lines = new LineSplitter((line) => {
      const event = eventFrom(line);
      if (event) onEvent(event);
    });
    await this.#connection.stream(
      "send its events",
      async (client, within) => {
        const filters = JSON.stringify({ type: ["container", "image"] });
        const stream = await client.getEvents({ filters, abortSignal: within });
        onOpen();
        return stream;
      },
      (chunk) => lines.push(chunk),
      signal,
    );
  }

  /** Id and size of an image; undefined when there is none of that name. */
  async image(reference: string, signal: Signal): Promise<{ id: string; sizeBytes: number } | undefined> {
    try {
      const image = await this.#connection.call(
        `describe the image ${reference}`,
        (client) => client.getImage(named(reference)).inspect(),
        signal,
      );
      return { id: image.Id, sizeBytes: image.Size };
    } catch (error) {
      if (Trouble.is(error, "not-found")) return undefined;
      throw error;
    }
  }

  /** The engine's whole record of a container. */
  async inspect(id: string, signal: Signal): Promise<unknown> {
    return this.#inspect(id, signal);
  }

  async start(id: string, signal: Signal): Promise<void> {
    await this.#connection.call(
      "start the container",
      (client, within) => client.getContainer(named(id)).start({ abortSignal: within }),
      signal,
      startMs,
    );
  }

  /** Gives the container 10 s to end by itself. */
  async stop(id: string, signal: Signal): Promise<void> {
    await this.#connection
      .call(
        "stop the container",
        (client, within) => client.getContainer(named(id)).stop({ t: 10, abortSignal: within }),
        signal,
      )
      .catch(ignoreUnmodified);
  }

  /** Removes a container, running or not, with its unnamed volumes. */
  async removeContainer(id: string, signal: Signal): Promise<void> {
    await this.#connection.call(
      "remove the container",
      (client, within) =>
        client.getContainer(named(id)).remove({ force: true, v: true, abortSignal: within }),
      signal,
    );
  }

  /** Takes a name from an image, and the image too when it was its last one. */
  async removeImage(reference: string, signal: Signal): Promise<void> {
    await this.#connection.call(
      `remove the image ${reference}`,
      (client, within) => client.getImage(named(reference)).remove({ abortSignal: within } as object),
      signal,
    );
  }

  /** @param reference a name that `tagProblem` finds no fault with. */
  async tag(image: string, reference: string, signal: Signal): Promise<void> {
    const colon = reference.lastIndexOf(":");
    const hasTag = colon > reference.lastIndexOf("/");
    await this.#connection.call(
      `name the image ${reference}`,
      (client, within) =>
        client.getImage(named(image)).tag({
          repo: hasTag ? reference.slice(0, colon) : reference,
          tag: hasTag ? reference.slice(colon + 1) : "latest",
          abortSignal: within,
        }),
      signal,
    );
  }

  /**
   * Creates and starts a container with a terminal of its own, so that an image whose command is a shell stays
   * up. Ports that the image exposes are published on loopback, at free ports. A container that can't be
   * started is taken away again.
   */
  async run(options: RunOptions, signal: Signal): Promise<{ id: string; name: string }> {
    const exposed = await this.#connection.call(
      `find the image ${options.image}`,
      async (client) => {
        const image = await client.getImage(named(options.image)).inspect();
        return Object.keys((image.Config?.ExposedPorts as object | undefined) ?? {});
      },
      signal,
    );
    const container = await this.#connection.call(
      `create a container of ${options.image}`,
      (client, within) =>
        client.createContainer({
          Image: options.image,
          Tty: true,
          OpenStdin: true,
          Labels: options.gpusAsked === undefined ? {} : { [gpuLabel]: options.gpusAsked },
          HostConfig: {
            PortBindings: Object.fromEntries(
              exposed.map((port) => [port, [{ HostIp: "127.0.0.1", HostPort: "" }]]),
            ),
            DeviceRequests: options.gpus,
            ...(options.shmSizeBytes === undefined ? {} : { ShmSize: options.shmSizeBytes }),
          },
          abortSignal: within,
        }),
      signal,
    );
    try {
      await this.start(container.id, signal);
    } catch (error) {
      await this.removeContainer(container.id, AbortSignal.timeout(5000)).catch(() => {});
      throw error;
    }
    const { Name } = await this.#inspect(container.id, signal);
    return { id: container.id, name: Name.replace(/^\//, "") };
  }

  /** Name of the machine where published ports are; undefined for an engine on this machine. */
  async publishedHost(): Promise<string | undefined> {
    const { endpoint } = await this.#connection.open();
    const [scheme = "", rest = ""] = endpoint.url.split("://", 2);
    if (scheme === "unix" || scheme === "npipe") return undefined;
    const { hostname } = new URL(`http://${rest}`);
    return /^(?:localhost|127\.|\[::1\])/.test(hostname) ? undefined : hostname;
  }

  /**
   * Runs `argv` in the container and gives its exit code and what it printed, at most 256 KiB of it.
   * @param user instead of the container's own.
   */
  async execute(
    id: string,
    argv: string[],
    signal: Signal,
    user?: string,
  ): Promise<{ exitCode: number; output: string }> {
    const exec = await this.#connection.call(
      `run ${argv[0]} in the container`,
      (client, within) =>
        client.getContainer(named(id)).exec({
          Cmd: argv,
          AttachStdout: true,
          AttachStderr: true,
          abortSignal: within,
          ...(user === undefined ? {} : { User: user }),
        }),
      signal,
    );
    let output = "";
    const decoder = new StringDecoder("utf8");
    const frames = new Frames((data) => {
      if (output.length < 256 * 1024) output += decoder.write(data);
    });
    await this.#connection.stream(
      `run ${argv[0]} in the container`,
      // Without a hijacked connection the answer is a plain stream, which a Signal can end.
      (_client, within) => exec.start({ hijack: false, stdin: false, abortSignal: within }),
      (chunk) => frames.push(chunk),
      AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    );
    const { ExitCode } = await this.#connection.call(
      `run ${argv[0]} in the container`,
      (_client, within) => exec.inspect({ abortSignal: within }),
      signal,
    );
    return { exitCode: ExitCode ?? -1, output };
  }

  /**
   * Hands on a container's log, from the last `tail` lines on, and follows it until the container ends.
   * @param onText waited for, so that a slow reader slows the engine.
   */
  async logs(
    id: string,
    options: { tail: number; follow: boolean },
    onText: (text: string) => void | Promise<void>,
    signal: Signal,
  ): Promise<void> {
    const { Config } = await this.#inspect(id, signal);
    const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
    let text = "";
    const frames = new Frames((data, stream) => {
      text += decoders[stream].write(data);
    });
    await this.#connection.stream(
      "send the container's log",
      async (client, within) => {
        const container = client.getContainer(named(id));
        const common = { stdout: true, stderr: true, tail: options.tail, abortSignal: within };
        if (options.follow) return container.logs({ ...common, follow: true });
        // Without following the client gives the whole answer at once.
        const { Readable } = await import("node:stream");
        return Readable.from([await container.logs({ ...common, follow: false })]);
      },
      async (chunk) => {
        // With a terminal there is one stream, as it is.
        if (Config.Tty) text += decoders.stdout.write(chunk);
        else frames.push(chunk);
        if (text === "") return;
        const now = text;
        text = "";
        await onText(now);
      },
      signal,
    );
  }

  /** What a terminal runs to be a shell in the container, and the variables that lead it to this engine. */
  async terminal(id: string, argv: string[]): Promise<{ argv: string[]; env: Record<string, string> }> {
    const host = this.#environment()["DOCKER_HOST"];
    return {
      argv: [this.#docker(), "exec", "--interactive", "--tty", named(id), ...argv],
      env: host ? { DOCKER_HOST: host } : {},
    };
  }

  async #inspect(id: string, signal: Signal) {
    return this.#connection.call(
      "describe the container",
      (client) => client.getContainer(named(id)).inspect(),
      signal,
    );
  }
}

/** The client puts names into paths as they are: what could change the path is no name. */
function named(name: string): string {
  if (/^[\w][\w./:@-]*$/.test(name) && !name.split("/").includes("..")) return name;
  throw new Trouble("bad-input", `${JSON.stringify(name)} is not the name of an image or container.`);
}

/** What a line of the event stream says; undefined for what can't have changed a row. */
function eventFrom(line: string): EngineEvent | undefined {
  try {
    const event = JSON.parse(line) as { Type?: unknown; Action?: unknown; Actor?: { ID?: unknown } };
    const { Type: kind, Action: action } = event;
    const id = event.Actor?.ID;
    if ((kind !== "container" && kind !== "image") || typeof action !== "string") return undefined;
    // Commands run inside containers make events too, several for each health check.
    if (action.startsWith("exec_")) return undefined;
    return { kind, id: typeof id === "string" ? id : "", action };
  } catch {
    return undefined;
  }
}

/** The engine says 304 for a container that has stopped already: nothing is wrong then. */
function ignoreUnmodified(error: unknown): void {
  const cause = Trouble.is(error) ? (error.cause as { statusCode?: unknown } | undefined) : undefined;
  if (cause?.statusCode !== 304) throw error;
}
