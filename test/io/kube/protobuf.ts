// Writes protobuf as the API server does, for tests that read it.

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];

export const bytes = (field: number, content: Buffer | string): Buffer => {
  const body = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(body.length)]), body]);
};

export const integer = (field: number, value: number) =>
  Buffer.from([...varint(field << 3), ...varint(value)]);

export const message = (field: number, ...parts: Buffer[]) => bytes(field, Buffer.concat(parts));

/** In the envelope that tells it is an object of Kubernetes. */
export const wrapped = (kind: string, ...parts: Buffer[]) =>
  Buffer.concat([Buffer.from("k8s\0"), message(1, bytes(1, "v1"), bytes(2, kind)), message(2, ...parts)]);
