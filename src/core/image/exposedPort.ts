// What stands after EXPOSE: [address:][host port:]port[/protocol], and whether the builder takes it.
// Facts: BuildKit's frontend/dockerfile/dockerfile2llb/convert_expose.go, v0.33.

export interface ExposedPort {
  readonly address: string;
  readonly hostPort: string;
  readonly port: string;
  /** As written, or "" when there is none. */
  readonly protocol: string;
}

export function portOf(text: string): ExposedPort {
  const parts = text.split(":");
  const last = parts.at(-1) ?? "";
  const slash = last.indexOf("/");
  return {
    address: parts.slice(0, -2).join(":"),
    hostPort: parts.length > 1 ? (parts.at(-2) ?? "") : "",
    port: slash === -1 ? last : last.slice(0, slash),
    protocol: slash === -1 ? "" : last.slice(slash + 1),
  };
}

/** A sentence when the builder refuses it. */
export function portProblem(text: string): string | undefined {
  const { hostPort, port, protocol } = portOf(text);
  if (!/^(?:|tcp|udp|sctp)$/i.test(protocol)) return "The protocol of a port is tcp, udp or sctp.";
  const ports = rangeOf(port);
  if (!ports) return "A port is a number from 0 to 65535, or a range of two.";
  if (hostPort === "") return undefined;
  const host = rangeOf(hostPort);
  if (!host) return "A port is a number from 0 to 65535, or a range of two.";
  const same = ports[1] - ports[0] === host[1] - host[0];
  return same || ports[0] === ports[1] ? undefined : "The two ranges of ports differ in length.";
}

function rangeOf(text: string): [number, number] | undefined {
  const dash = text.indexOf("-");
  const start = numberOf(dash === -1 ? text : text.slice(0, dash));
  const end = dash === -1 ? start : numberOf(text.slice(dash + 1));
  return start === undefined || end === undefined || end < start ? undefined : [start, end];
}

function numberOf(text: string): number | undefined {
  if (!/^[+-]?\d{1,15}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= 0 && number <= 65535 ? number : undefined;
}
