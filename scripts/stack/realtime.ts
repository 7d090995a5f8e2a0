// The part of Supabase Realtime that Servio uses: broadcast from the database. realtime.send() writes a row; this reads
// it once after its commit and hands it to every socket joined to the topic. Nothing a client sends is ever passed on
// to another client.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import postgres from "postgres";
import { type WebSocket, WebSocketServer } from "ws";
import { readPermission } from "./realtime-access.ts";
import { followMessages, type Message } from "./realtime-follow.ts";
import { attachSocket, type RealtimeSocket } from "./realtime-socket.ts";
import type { VerifyToken } from "./verify-token.ts";

export type RealtimeOptions = {
  server: Server;
  verify: VerifyToken;
  roleToken: (apiKey: string | null) => string | null;
  /** A role that may take on the API roles and read realtime.messages past its policies. */
  dbUrl: string;
};

const PATH = "/realtime/v1/websocket";
const MAX_FRAME_BYTES = 256 * 1024;
const SILENCE_MS = 75_000; // supabase-js sends a heartbeat every 25 s

export async function startRealtime(options: RealtimeOptions): Promise<{ close(): Promise<void> }> {
  const sql = postgres(options.dbUrl, { max: 4, onnotice: () => {}, connection: { application_name: "realtime" } });
  const canRead = readPermission(sql);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  const members = new Map<string, Set<RealtimeSocket>>();
  const follower = followMessages(sql, () => sockets.clients.size > 0, deliver);
  const lastHeard = new WeakMap<WebSocket, number>();

  function open(socket: WebSocket, url: URL, roleToken: string): void {
    const client: RealtimeSocket = attachSocket({
      socket,
      version: url.searchParams.get("vsn") === "1.0.0" ? 1 : 2,
      roleToken,
      verify: options.verify,
      canRead,
      onJoin: (topic) => members.set(topic, (members.get(topic) ?? new Set()).add(client)),
      onLeave: (topic) => {
        members.get(topic)?.delete(client);
        if (members.get(topic)?.size === 0) members.delete(topic);
      },
    });
    lastHeard.set(socket, Date.now());
    socket.on("message", () => lastHeard.set(socket, Date.now()));
  }

  options.server.on("upgrade", (req: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on("error", () => connection.destroy());
    const url = URL.parse(req.url ?? "/", "http://stack");
    if (url?.pathname !== PATH) return turnAway(connection, "404 Not Found");
    const header = req.headers.apikey;
    const roleToken = options.roleToken(url.searchParams.get("apikey") ?? (typeof header === "string" ? header : null));
    if (!roleToken) return turnAway(connection, "401 Unauthorized");
    // A socket opens when the follower knows where it starts: what is committed after a join is not missed.
    follower.begin().then(
      () => sockets.handleUpgrade(req, connection, head, (socket) => open(socket, url, roleToken)),
      () => turnAway(connection, "503 Service Unavailable"),
    );
  });

  function deliver({ id, topic, event, payload, private: isPrivate }: Message): void {
    const name = `realtime:${topic}`;
    const listeners = members.get(name);
    if (!listeners) return;
    const meta = JSON.stringify({ id });
    const frame = `{"type":"broadcast","event":${JSON.stringify(event)},"payload":${payload ?? "{}"},"meta":${meta}}`;
    for (const client of listeners) client.deliver(name, isPrivate, frame);
  }

  const sweep = setInterval(() => {
    for (const socket of sockets.clients) {
      if (Date.now() - (lastHeard.get(socket) ?? 0) > SILENCE_MS) socket.terminate();
    }
  }, 15_000);
  sweep.unref();

  return {
    async close() {
      clearInterval(sweep);
      follower.close();
      for (const socket of sockets.clients) socket.close(1001, "going away");
      sockets.close();
      await sql.end({ timeout: 1 });
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

function turnAway(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
