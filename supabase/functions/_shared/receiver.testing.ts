// Somebody else's server, for tests: real TLS on this machine, and every way to answer badly.
import { Buffer } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestCertificate, testCertificate } from "../../../scripts/stack/test-certificate.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly cert: string;
  readonly received: Received[];
}

type Answer = (response: ServerResponse, received: Received) => void;

export async function withReceiver(
  answer: Answer,
  test: (receiver: Receiver) => Promise<void>,
  certificate: TestCertificate = testCertificate(),
): Promise<void> {
  const received: Received[] = [];
  const server = createServer(certificate, (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      answer(response, one);
    });
  });
  server.on("tlsClientError", () => {}); // callers that do not trust it hang up
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await test({ url: `https://127.0.0.1:${port}`, port, cert: certificate.cert, received });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers with a status, and nothing else. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers).end();
  };
