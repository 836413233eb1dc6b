// What the containers' store and its commands need from a Docker engine and its registries.
import type { Signal } from "../../../base/signal.ts";
import type { DeviceRequest, EngineFacts } from "../../../core/image/gpuSupport.ts";
import type { ContainerSummary, ImageSummary } from "../../../core/image/objects.ts";

export interface ContainerEngine {
  ping(signal: Signal): Promise<void>;
  facts(signal: Signal): Promise<EngineFacts>;
  containers(signal: Signal): Promise<ContainerSummary[]>;
  images(signal: Signal): Promise<ImageSummary[]>;
  /** Calls `onOpen` when events flow; ends when the engine ends the stream. */
  events(
    onOpen: () => void,
    onEvent: (event: { kind: "container" | "image"; id: string; action: string }) => void,
    signal: Signal,
  ): Promise<void>;
  /** The engine's whole record. */
  inspect(id: string, signal: Signal): Promise<unknown>;
  start(id: string, signal: Signal): Promise<void>;
  stop(id: string, signal: Signal): Promise<void>;
  removeContainer(id: string, signal: Signal): Promise<void>;
  removeImage(reference: string, signal: Signal): Promise<void>;
  tag(image: string, reference: string, signal: Signal): Promise<void>;
  run(
    options: { image: string; gpus: DeviceRequest[]; gpusAsked?: string; shmSizeBytes?: number },
    signal: Signal,
  ): Promise<{ id: string; name: string }>;
  /** Runs `argv` in a running container, as this user where one is named. */
  execute(
    id: string,
    argv: string[],
    signal: Signal,
    user?: string,
  ): Promise<{ exitCode: number; output: string }>;
  /** Name of the machine where published ports are; undefined for an engine on this machine. */
  publishedHost(): Promise<string | undefined>;
  /** What a terminal runs to be in the container. */
  terminal(id: string, argv: string[]): Promise<{ argv: string[]; env: Record<string, string> }>;
  logs(
    id: string,
    options: { tail: number; follow: boolean },
    onText: (text: string) => void | Promise<void>,
    signal: Signal,
  ): Promise<void>;
}

/** Push and pull, with the credentials that the docker command line finds. */
export interface ImageRegistry {
  push(reference: string, onLine: (line: string) => void, signal: Signal): Promise<void>;
  pull(reference: string, onLine: (line: string) => void, signal: Signal): Promise<void>;
}
