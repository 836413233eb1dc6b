// Headers of a tar archive as it is sent to a container. Long names are GNU's, which every tar reads: BusyBox passes
// over the newer (pax) ones, and everything would be called "PaxHeader" there.
// Source: https://www.gnu.org/software/tar/manual/html_node/Standard.html

export interface TarEntry {
  /** As `content/model/weights.bin`. */
  name: string;
  type: "file" | "folder" | "link";
  /** Bytes that follow; 0 for all but files. */
  size: number;
  isExecutable: boolean;
  mtimeMs: number;
  /** Where a symbolic link leads. */
  target?: string;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const FLAGS = { file: "0", folder: "5", link: "2", longName: "L", longTarget: "K" } as const;
const LARGEST_OCTAL = 0o77777777777;

const encoder = new TextEncoder();

/** What stands before the bytes of an entry. Owner and group are left to who unpacks. */
export function tarHeader(entry: TarEntry): Uint8Array {
  const { type, size, isExecutable, mtimeMs, target = "" } = entry;
  const name = encoder.encode(type === "folder" ? `${entry.name}/` : entry.name);
  const leadsTo = encoder.encode(target);
  const mode = type === "file" && !isExecutable ? 0o644 : 0o755;
  return joined([
    ...(leadsTo.length > NAME_BYTES ? long(FLAGS.longTarget, leadsTo) : []),
    ...(name.length > NAME_BYTES ? long(FLAGS.longName, name) : []),
    block({ flag: FLAGS[type], name, size, mode, mtimeMs, target: leadsTo }),
  ]);
}

/** How many zeros follow so many bytes. */
export function tarPadding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** What an archive ends with. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

interface Block {
  flag: string;
  name: Uint8Array;
  size: number;
  mode: number;
  mtimeMs: number;
  target: Uint8Array;
}

function long(flag: string, text: Uint8Array): Uint8Array[] {
  // With the zero at its end.
  const size = text.length + 1;
  const name = encoder.encode("././@LongLink");
  return [
    block({ flag, name, size, mode: 0, mtimeMs: 0, target: new Uint8Array(0) }),
    text,
    new Uint8Array(1 + tarPadding(size)),
  ];
}

function block({ flag, name, size, mode, mtimeMs, target }: Block): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (offset: number, text: string | Uint8Array) =>
    bytes.set(typeof text === "string" ? encoder.encode(text) : text, offset);
  const octal = (offset: number, length: number, value: number) =>
    put(offset, value.toString(8).padStart(length - 1, "0"));
  put(0, name.subarray(0, NAME_BYTES));
  octal(100, 8, mode);
  octal(108, 8, 0);
  octal(116, 8, 0);
  if (size <= LARGEST_OCTAL) octal(124, 12, size);
  else put(124, base256(size));
  octal(136, 12, Math.min(LARGEST_OCTAL, Math.max(0, Math.floor(mtimeMs / 1000))));
  put(148, " ".repeat(8));
  put(156, flag);
  put(157, target.subarray(0, NAME_BYTES));
  put(257, "ustar  ");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return bytes;
}

/** Of 8 GiB and more: twelve bytes, the first of which says so. */
function base256(value: number): Uint8Array {
  const bytes = new Uint8Array(12);
  let rest = value;
  for (let at = 11; at > 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[0] = 0x80;
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
