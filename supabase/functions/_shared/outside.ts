// The only place that calls an address which a user gave. It speaks HTTPS alone, looks the name up itself, refuses a name
// of which any address is not public, and connects to the address it has looked at, so that a name cannot mean something
// else a moment later. Nothing is followed, nothing of the answer but its status is kept, and all of it has one deadline.
// HTTP is spoken by hand, because no client of every runtime that this runs on lets its caller choose the address.
import { z } from "zod";
import { isPublicAddress } from "./public-address.ts";

export type OutsideFailure = "address" | "connection" | "timeout" | "answer";

/** Why there was no answer. It says neither the address nor what was found there: users read it. */
export class OutsideError extends Error {
  override readonly name = "OutsideError";
  readonly failure: OutsideFailure;

  constructor(failure: OutsideFailure) {
    super(`outside: ${failure}`);
    this.failure = failure;
  }
}

export interface Outside {
  /** The status of the answer, redirects included. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number>;
}

export const outsideSchema = z.object({
  /** Hosts inside of one's own network that may be called all the same, over HTTPS like everybody: host or host:port. */
  OUTSIDE_ALLOWED_HOSTS: z
    .string()
    .regex(/^[a-z0-9.:[\]-]+(,[a-z0-9.:[\]-]+)*$/, "must be hosts, with or without a port, and commas between them")
    .optional(),
  /** PEM: an authority of one's own that has signed their certificates, beside the public ones. */
  OUTSIDE_CA_CERTS: z.string().includes("BEGIN CERTIFICATE").optional(),
});

type Resolve = (host: string, type: "A" | "AAAA") => Promise<string[]>;

export interface OutsideOptions {
  readonly allowedHosts: readonly string[];
  readonly caCerts: readonly string[];
  readonly withinMs: number;
  readonly resolve: Resolve;
  readonly connect: (to: { hostname: string; port: number }) => Promise<Deno.TcpConn>;
}

export const outsideOptions = (env: z.output<typeof outsideSchema>): OutsideOptions => ({
  allowedHosts: env.OUTSIDE_ALLOWED_HOSTS?.split(",") ?? [],
  caCerts: env.OUTSIDE_CA_CERTS ? [env.OUTSIDE_CA_CERTS] : [],
  withinMs: 10_000,
  resolve: (host, type) => Deno.resolveDns(host, type),
  connect: (to) => Deno.connect(to),
});

const LONGEST_HEAD = 16 * 1024;
const ADDRESSES_TO_TRY = 3;

export function createOutside(options: OutsideOptions): Outside {
  return {
    async post(address, headers, body) {
      const request = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new OutsideError("timeout")), options.withinMs);
      });
      try {
        return await Promise.race([call(address, headers, body, options, request.signal), tooLate]);
      } finally {
        clearTimeout(timer);
        request.abort(); // closes what is open
      }
    },
  };
}

async function call(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: OutsideOptions,
  signal: AbortSignal,
): Promise<number> {
  const url = urlOf(address);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || 443;
  const isAllowed = options.allowedHosts.some((host) => host === url.hostname || host === `${url.hostname}:${port}`);
  const addresses = isAllowed ? [hostname] : await publicAddresses(hostname, options.resolve);
  try {
    const plain = await connectToOne(addresses, port, options, signal);
    const connection = await encrypted(plain, hostname, options.caCerts, signal);
    await send(connection, requestOf(url, headers, body));
    return await readStatus(connection);
  } catch (error) {
    throw error instanceof OutsideError ? error : new OutsideError("connection");
  }
}

function urlOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const port = Number(url?.port) || 443;
  // Of the ports that only a machine's own services may open, the one that is for this.
  const isFit = url?.protocol === "https:" && `${url.username}${url.password}` === "" && (port === 443 || port > 1023);
  if (!url || !isFit) throw new OutsideError("address");
  return url;
}

async function publicAddresses(hostname: string, resolve: Resolve): Promise<string[]> {
  const isLiteral = hostname.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
  const none = (): string[] => [];
  const found = isLiteral
    ? [hostname]
    : (await Promise.all([resolve(hostname, "A").catch(none), resolve(hostname, "AAAA").catch(none)])).flat();
  // A name that leads inside as well is up to no good, whichever address would be taken.
  if (found.length === 0 || !found.every(isPublicAddress)) throw new OutsideError("address");
  return found.slice(0, ADDRESSES_TO_TRY);
}

async function connectToOne(
  addresses: readonly string[],
  port: number,
  { connect }: OutsideOptions,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  for (const hostname of addresses) {
    signal.throwIfAborted();
    const connection = await connect({ hostname, port }).catch(() => undefined);
    if (!connection) continue;
    if (!signal.aborted) return connection;
    connection.close();
  }
  throw new OutsideError("connection");
}

/** The connection is for the name, whatever its address: that is what the certificate must say. */
async function encrypted(
  plain: Deno.TcpConn,
  hostname: string,
  caCerts: readonly string[],
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  const connection = await Deno.startTls(plain, { hostname, caCerts: [...caCerts] }).catch((error) => {
    plain.close(); // not a name that a certificate can be for
    throw error;
  });
  if (signal.aborted) connection.close();
  else signal.addEventListener("abort", () => connection.close(), { once: true });
  await connection.handshake();
  return connection;
}

function requestOf(url: URL, headers: Readonly<Record<string, string>>, body: string): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const all = { host: url.host, ...headers, "content-length": String(bytes.length), connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  if (lines.some((line) => /[\r\n]/.test(line))) throw new Error("a header holds a line break");
  const head = new TextEncoder().encode(`POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  const request = new Uint8Array(head.length + bytes.length);
  request.set(head);
  request.set(bytes, head.length);
  return request;
}

async function send(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length; ) sent += await connection.write(bytes.subarray(sent));
}

async function readStatus(connection: Deno.Conn): Promise<number> {
  const decoder = new TextDecoder("latin1");
  const buffer = new Uint8Array(4096);
  let text = "";
  let received = 0;
  while (true) {
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      const status = Number(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r\n)/.exec(text)?.[1]);
      if (!status || status === 101) throw new OutsideError("answer");
      if (status >= 200) return status;
      text = text.slice(end + 4); // something provisional: the answer is still to come
      continue;
    }
    const count = received > LONGEST_HEAD ? null : await connection.read(buffer);
    if (count === null) throw new OutsideError("answer");
    received += count;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}
