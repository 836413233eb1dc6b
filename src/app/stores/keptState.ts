// What a store keeps beyond the window: in an envelope that says its version, and what can't be read is set aside
// before anything is written over it.
import type { Memory } from "./forwards.ts";

/** Where values are kept, each under its key; written whole or not at all. */
export interface KeptValues {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Of how values are kept; one of another version is not ours to read. */
const VERSION = 1;

/** What the value of each store has to be; a store leaves out what it can't read of one that is not. */
export type IsSound = (value: unknown) => boolean;

/** @param onUnsound told once of a value that was set aside under the name that it is given. */
export function keptState(
  values: KeptValues,
  key: string,
  isSound: IsSound,
  onUnsound: (backup: string) => void = () => {},
): Memory {
  let wasLooked = false;
  const read = () => {
    const kept = values.get(key);
    if (kept === undefined) return undefined;
    const opened = open(kept);
    if (!wasLooked && (opened === undefined || !isSound(opened.value))) {
      const backup = `${key}.backup`;
      values.set(backup, kept);
      onUnsound(backup);
    }
    wasLooked = true;
    return opened?.value;
  };
  return {
    read,
    write(value) {
      // Whoever writes without having read may write over what nobody could read.
      read();
      wasLooked = true;
      values.set(key, { version: VERSION, value });
    },
  };
}

/** Undefined for what is no value of ours. */
function open(kept: unknown): { value: unknown } | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  // Before there were envelopes values were kept as they are.
  if (!("version" in kept) || !("value" in kept)) return { value: kept };
  return kept.version === VERSION ? { value: kept.value } : undefined;
}
