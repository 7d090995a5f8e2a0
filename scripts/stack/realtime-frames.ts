// The wire format of Phoenix channels as supabase-js speaks it: version 2 frames are arrays, version 1 frames objects,
// and a client's own broadcast comes as a binary frame whose head still says which push it was, so it can be answered.
// Anything else is not a frame: parsing returns null, and the caller ignores it.

export type Frame = { joinRef: string | null; ref: string | null; topic: string; event: string; payload: unknown };
export type Version = 1 | 2;

const USER_BROADCAST_PUSH = 3;
const PUSH_HEAD = 7; // kind, five lengths, encoding

export function parseFrame(data: Buffer, isBinary: boolean): Frame | null {
  if (isBinary) return parseBinaryPush(data);
  let value: unknown;
  try {
    value = JSON.parse(data.toString("utf8"));
  } catch {
    return null;
  }
  if (Array.isArray(value)) return frame(value[0], value[1], value[2], value[3], value[4]);
  if (typeof value !== "object" || value === null) return null;
  const { join_ref, ref, topic, event, payload } = value as Record<string, unknown>;
  return frame(join_ref, ref, topic, event, payload);
}

/** `payload` is JSON text already: a row's jsonb goes out as Postgres wrote it, without a detour through objects. */
export function writeFrame(version: Version, head: Omit<Frame, "payload">, payload: string): string {
  const [joinRef, ref, topic, event] = [head.joinRef, head.ref, head.topic, head.event].map((v) => JSON.stringify(v));
  return version === 2
    ? `[${joinRef},${ref},${topic},${event},${payload}]`
    : `{"join_ref":${joinRef},"ref":${ref},"topic":${topic},"event":${event},"payload":${payload}}`;
}

function frame(joinRef: unknown, ref: unknown, topic: unknown, event: unknown, payload: unknown): Frame | null {
  if (typeof topic !== "string" || typeof event !== "string") return null;
  return { joinRef: reference(joinRef), ref: reference(ref), topic, event, payload };
}

function reference(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function parseBinaryPush(data: Buffer): Frame | null {
  if (data.length < PUSH_HEAD || data[0] !== USER_BROADCAST_PUSH) return null;
  const [joinRefLength = 0, refLength = 0, topicLength = 0] = data.subarray(1, 4);
  const refStart = PUSH_HEAD + joinRefLength;
  const topicStart = refStart + refLength;
  if (topicStart + topicLength > data.length) return null;
  return {
    joinRef: data.toString("utf8", PUSH_HEAD, refStart) || null,
    ref: data.toString("utf8", refStart, topicStart) || null,
    topic: data.toString("utf8", topicStart, topicStart + topicLength),
    event: "broadcast",
    payload: null,
  };
}
