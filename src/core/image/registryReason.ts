// Why a registry gives no image and takes none, from the engine's words: a reason, and what to do about it.
// Source: Go's crypto/x509 and net/http errors; https://docs.docker.com/engine/security/certificates/

export interface RegistryReason {
  kind: "unreachable" | "untrusted";
  /** Goes on after a colon, without a full stop. */
  reason: string;
  /** A sentence. */
  remedy: string;
}

/**
 * Undefined when the registry has answered, whatever it said.
 * @param said the engine's words, in one line.
 * @param registry host and port, for words that do not name them.
 */
export function registryReason(said: string, registry?: string): RegistryReason | undefined {
  const host = /(?:Head|Get|Put|Post|Patch) "https?:\/\/([^/"]+)/.exec(said)?.[1] ?? registry;
  const the = host === undefined ? "the registry" : `the registry ${host}`;
  const folder = `/etc/docker/certs.d/${host ?? "HOST:PORT"}`;
  const untrusted = (reason: string, remedy: string): RegistryReason => ({
    kind: "untrusted",
    reason,
    remedy,
  });
  if (/server gave HTTP response to HTTPS client/.test(said)) {
    return untrusted(
      `${the} speaks plain HTTP, and the Docker engine asks for HTTPS`,
      `Give it TLS, or name it under "insecure-registries" in the engine's daemon.json and restart the engine.`,
    );
  }
  if (/first record does not look like a TLS handshake/.test(said)) {
    return untrusted(`what answers at ${host ?? "its address"} does not speak TLS`, "Check the port.");
  }
  if (/certificate has expired or is not yet valid/.test(said)) {
    return untrusted(
      `the certificate of ${the} has expired, or the clock of the engine's machine is wrong`,
      "Renew the certificate, or set the clock.",
    );
  }
  if (
    /certificate is valid for|cannot validate certificate for|not valid for any names|legacy Common Name/.test(
      said,
    )
  ) {
    return untrusted(
      `the certificate of ${the} is made for another name`,
      "Use the name that it is made for, or give the registry one for this name.",
    );
  }
  if (/certificate signed by unknown authority|certificate is not trusted/.test(said)) {
    return untrusted(
      `the Docker engine does not trust the certificate of ${the}`,
      `Put the certificate of its authority, or its own when it is self-signed, into ${folder}/ca.crt on the engine's machine.`,
    );
  }
  if (/remote error: tls: (?:certificate required|bad certificate)/.test(said)) {
    return untrusted(
      `${the} asks for a client certificate`,
      `Put it into ${folder} on the engine's machine, as client.cert and client.key.`,
    );
  }
  const tls = /\b(?:x509|tls): (.*)$/.exec(said)?.[1];
  if (tls !== undefined) {
    return untrusted(`the Docker engine and ${the} do not agree on TLS (${tls})`, "Check its TLS settings.");
  }
  if (
    /no such host|dial tcp|connection refused|connection reset|i\/o timeout|server misbehaving|TLS handshake timeout|Client\.Timeout exceeded|network is unreachable/.test(
      said,
    )
  ) {
    const looked = /lookup (\S+?)(?: on \S+)?: /.exec(said)?.[1];
    return {
      kind: "unreachable",
      reason: `${looked === undefined ? the : `the registry ${looked}`} can't be reached`,
      remedy: "Check its name, and the network and proxy of the Docker engine.",
    };
  }
  return undefined;
}
