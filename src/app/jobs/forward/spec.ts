// What a person asked to forward: all that is needed to do it again.
import { field, text } from "../../../core/kube/object.ts";

export interface ForwardSpec {
  context: string;
  namespace: string;
  kind: string;
  name: string;
  /** Of the container, or of the Service. */
  port: number;
  /** A named port is found by its name in each pod. */
  portName?: string;
  /** The model server that listens there, as it was recognised. */
  server?: string;
  /** On this machine; the next free one is taken where it is not free. */
  localPort: number;
}

/** The local port for a port of a pod: the same, or one that needs no rights. */
export function usualLocalPort(port: number): number {
  return port < 1024 ? port + 8000 : port;
}

/** The specs in what was remembered; what is no spec is left out. */
export function parseSpecs(value: unknown): ForwardSpec[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): ForwardSpec[] => {
    const [context, namespace, kind, name] = [
      text(one, "context"),
      text(one, "namespace"),
      text(one, "kind"),
      text(one, "name"),
    ];
    const port = portOf(field(one, "port"));
    const localPort = portOf(field(one, "localPort"));
    if (!context || !namespace || !kind || !name || !port || !localPort) return [];
    const portName = text(one, "portName");
    const server = text(one, "server");
    return [
      {
        context,
        namespace,
        kind,
        name,
        port,
        localPort,
        ...(portName === undefined ? {} : { portName }),
        ...(server === undefined ? {} : { server }),
      },
    ];
  });
}

/** True when nothing of what was remembered is left out. */
export function areSpecs(value: unknown): boolean {
  return Array.isArray(value) && parseSpecs(value).length === value.length;
}

function portOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536
    ? value
    : undefined;
}
