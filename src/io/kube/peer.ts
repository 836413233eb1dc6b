// Who answered where a certificate was refused: a person who compares certificates needs its fingerprint.
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import type { TlsOptions } from "./credentials.ts";

/** An error of a connection may have who was at the other end. */
export interface PeerError extends Error {
  peer?: {
    /** SHA-256, as `openssl x509 -fingerprint -sha256` prints it. */
    fingerprint: string;
    validToMs: number;
  };
}

const TIMEOUT_MS = 5_000;

/**
 * Looks who answers there and puts that into the error. The connection sends nothing but its handshake, without a
 * client certificate of ours, and nothing is taken from it.
 */
export function namePeer(
  error: PeerError,
  place: { host: string; port: number; tls: TlsOptions },
): Promise<void> {
  const { host, port, tls } = place;
  return new Promise((resolve) => {
    const name = tls.servername === undefined ? {} : { servername: tls.servername };
    const socket: TLSSocket = connect({ host, port, ...name, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerCertificate() as Partial<PeerCertificate>;
      const { fingerprint256, valid_to: validTo } = certificate;
      if (fingerprint256 && validTo)
        error.peer = { fingerprint: fingerprint256, validToMs: Date.parse(validTo) };
      socket.destroy();
    });
    const timer = setTimeout(() => socket.destroy(), TIMEOUT_MS);
    // Where nobody answers any more the first error says enough.
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
