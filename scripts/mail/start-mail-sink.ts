/**
 * The mail sink: where mail goes that should reach nobody. A real SMTP server, so that what sends mail has one way to do
 * it, and a page to read what came: GET /messages lists, GET /messages/<id> is the mail. On the loopback interface only.
 */
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type MailStore, openMailStore } from "./mail-store.ts";
import { createSmtpSession, GREETING } from "./smtp-session.ts";

export interface MailSinkOptions {
  readonly smtpPort: number;
  readonly httpPort: number;
  readonly dir: string;
  readonly log: (line: string) => void;
}

export interface MailSink {
  readonly smtpUrl: string;
  readonly url: string;
  close(): Promise<void>;
}

const SILENCE_MS = 60_000;

export async function startMailSink({ smtpPort, httpPort, dir, log }: MailSinkOptions): Promise<MailSink> {
  const store = openMailStore(dir);
  const sockets = new Set<Socket>();
  const smtp = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    converse(socket, store, log);
  });
  const http = createHttpServer((request, response) => answer(request, response, store));
  await Promise.all([listen(smtp, smtpPort), listen(http, httpPort)]);
  return {
    // Nothing here has a certificate; the URL says so.
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp)}?tls=never`,
    url: `http://127.0.0.1:${portOf(http)}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      await Promise.all([smtp, http].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function converse(socket: Socket, store: MailStore, log: (line: string) => void): void {
  const session = createSmtpSession((mail) => store.keep(mail));
  let turn = Promise.resolve();
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    turn = turn
      .then(() => session.receive(bytes))
      .then(({ replies, ended }) => {
        if (socket.destroyed) return;
        for (const reply of replies) socket.write(`${reply}\r\n`);
        if (ended) socket.end();
      })
      .catch((error: Error) => {
        log(`a mail could not be kept: ${error.message}`);
        socket.end("451 could not be kept\r\n");
      });
  });
  socket.write(`${GREETING}\r\n`);
}

function answer(request: IncomingMessage, response: ServerResponse, store: MailStore): void {
  const send = (status: number, type: string, body: string | Buffer) =>
    response.writeHead(status, { "content-type": type, "x-content-type-options": "nosniff" }).end(body);
  const path = request.url ?? "/";
  if (request.method !== "GET") return void send(405, "text/plain", "GET only\n");
  if (path === "/_health") return void send(200, "text/plain", "ok\n");
  if (path === "/messages") return void send(200, "application/json", JSON.stringify(store.list(), null, 2));
  const mail = store.read(/^\/messages\/([\w-]+)$/.exec(path)?.[1] ?? "");
  if (mail) return void send(200, "text/plain; charset=utf-8", mail);
  send(404, "text/plain", "GET /messages lists the mails, GET /messages/<id> is one\n");
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
