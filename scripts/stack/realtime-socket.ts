// One client's WebSocket: joins, leaves, heartbeats and token changes, handled one at a time in the order they came.
// The client is not trusted: an unreadable frame is ignored, an unknown topic or event refused, a private channel is
// judged at every join and at every new token, and is closed the moment its token ends.
import type { JWTPayload } from "jose";
import type { WebSocket } from "ws";
import type { CanRead } from "./realtime-access.ts";
import { type Frame, parseFrame, type Version, writeFrame } from "./realtime-frames.ts";
import type { VerifyToken } from "./verify-token.ts";

export type Channel = { topic: string; joinRef: string | null; isPrivate: boolean };
export type SocketContext = {
  socket: WebSocket;
  version: Version;
  /** The role token of the API key this socket was opened with: who the client is until it sends a user's token. */
  roleToken: string;
  verify: VerifyToken;
  canRead: CanRead;
  onJoin: (topic: string) => void;
  onLeave: (topic: string) => void;
};
export type RealtimeSocket = { deliver(topic: string, isPrivate: boolean, payload: string): void };

type Open = Channel & { end: ReturnType<typeof setTimeout> | undefined };

const MAX_CHANNELS = 100; // as on hosted
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
const LONGEST_TIMER_MS = 2_147_483_647;

export function attachSocket(context: SocketContext): RealtimeSocket {
  const { socket, version } = context;
  const channels = new Map<string, Open>();
  let turn: Promise<void> = Promise.resolve();

  const send = (head: Omit<Frame, "payload">, payload: string) => {
    if (socket.readyState !== socket.OPEN) return;
    // A reader this far behind will not catch up; without it the others keep their memory.
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) return socket.terminate();
    socket.send(writeFrame(version, head, payload));
  };
  const reply = (to: Frame, status: "ok" | "error", response: object) =>
    send(
      { joinRef: to.joinRef, ref: to.ref, topic: to.topic, event: "phx_reply" },
      JSON.stringify({ status, response }),
    );
  const refuse = (to: Frame, reason: string) => reply(to, "error", { reason });

  function drop(topic: string): void {
    const channel = channels.get(topic);
    if (!channel) return;
    clearTimeout(channel.end);
    channels.delete(topic);
    context.onLeave(topic);
  }

  /** The server ends a channel: first why, then the close that the client's state machine waits for. */
  function expel(channel: Channel, message: string): void {
    if (!channels.has(channel.topic)) return;
    drop(channel.topic);
    const head = { joinRef: channel.joinRef, ref: null, topic: channel.topic };
    const why = { extension: "system", status: "error", message, channel: nameOf(channel.topic) };
    send({ ...head, event: "system" }, JSON.stringify(why));
    send({ ...head, event: "phx_close" }, "{}");
  }

  function endWithToken(channel: Channel, claims: JWTPayload): ReturnType<typeof setTimeout> | undefined {
    const left = (claims.exp ?? 0) * 1000 - Date.now();
    if (left > LONGEST_TIMER_MS) return undefined; // an API key's own token: years away
    return setTimeout(() => expel(channel, "Access token has expired"), left);
  }

  async function join(frame: Frame): Promise<void> {
    const { topic, joinRef } = frame;
    const payload = record(frame.payload);
    const config = record(payload.config);
    if (!channels.has(topic) && channels.size >= MAX_CHANNELS)
      return refuse(frame, "ChannelRateLimitReached: Too many channels");
    if (Array.isArray(config.postgres_changes) && config.postgres_changes.length > 0) {
      return refuse(frame, "postgres_changes is not served here: use broadcast from the database");
    }
    const claims = await context.verify(tokenIn(payload) ?? context.roleToken);
    if (!claims) return refuse(frame, "InvalidJWTToken: The token is invalid or has expired");
    const isPrivate = config.private === true;
    if (isPrivate && !(await context.canRead(nameOf(topic), claims))) {
      return refuse(
        frame,
        `Unauthorized: You do not have permissions to read from this Channel topic: ${nameOf(topic)}`,
      );
    }
    if (socket.readyState !== socket.OPEN) return; // hung up while Postgres was asked
    drop(topic); // a second join of the same topic replaces the first
    const channel: Channel = { topic, joinRef, isPrivate };
    channels.set(topic, { ...channel, end: endWithToken(channel, claims) });
    context.onJoin(topic);
    reply(frame, "ok", { postgres_changes: [] });
  }

  async function renew(frame: Frame): Promise<void> {
    const channel = channels.get(frame.topic);
    if (!channel) return;
    const claims = await context.verify(tokenIn(record(frame.payload)) ?? context.roleToken);
    if (!claims) return expel(channel, "InvalidJWTToken: The token is invalid or has expired");
    if (channel.isPrivate && !(await context.canRead(nameOf(frame.topic), claims))) {
      return expel(channel, "Unauthorized: You no longer have permissions to read from this Channel topic");
    }
    if (channels.get(frame.topic) !== channel) return; // its old token ended while Postgres was asked
    clearTimeout(channel.end);
    channel.end = endWithToken(channel, claims);
  }

  async function handle(frame: Frame): Promise<void> {
    if (frame.event === "heartbeat") return reply(frame, "ok", {});
    if (!frame.topic.startsWith("realtime:") || frame.topic.length > 255) return refuse(frame, "unmatched topic");
    if (frame.event === "phx_join") return join(frame);
    if (frame.event === "access_token") return renew(frame);
    if (frame.event === "phx_leave") {
      drop(frame.topic);
      return reply(frame, "ok", {});
    }
    refuse(frame, `${frame.event} from clients is not served here: use broadcast from the database`);
  }

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    const frame = parseFrame(data, isBinary);
    if (!frame) return;
    turn = turn
      .then(() => handle(frame))
      .catch((error: unknown) => {
        console.error("[realtime]", error);
        refuse(frame, "internal error");
      });
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    for (const topic of [...channels.keys()]) drop(topic);
  });

  return {
    deliver(topic, isPrivate, payload) {
      const channel = channels.get(topic);
      // What was sent as private reaches private channels only, and the other way round.
      if (channel?.isPrivate !== isPrivate) return;
      send({ joinRef: channel.joinRef, ref: null, topic, event: "broadcast" }, payload);
    },
  };
}

function nameOf(topic: string): string {
  return topic.slice("realtime:".length);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** An sb_ key is no token: supabase-js sends the key itself when nobody is signed in. */
function tokenIn(payload: Record<string, unknown>): string | null {
  const token = payload.access_token;
  return typeof token === "string" && token !== "" && !token.startsWith("sb_") ? token : null;
}
