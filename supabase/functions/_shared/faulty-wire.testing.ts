// The wire between a function and the payment provider, with something wrong: a proxy that speaks no HTTP of its own, so
// that what goes wrong is what goes wrong on a network. Faults are taken in their order, one for each request; the
// provider itself is well and does what reaches it.

export type WireFault =
  /** The connection ends before the request gets through. */
  | "cut"
  /** The request has its effect; the connection ends instead of an answer. */
  | "lost answer"
  /** The request has its effect; the answer never comes, and nobody says so. */
  | "silence"
  /** Something between the two answers 500, with or without the request's effect. */
  | "500"
  | "500 afterwards"
  /** All is well, but slow. */
  | "slow";

export interface FaultyWire {
  readonly url: string;
  /** Requests that arrived here, with what became of them. */
  readonly met: readonly (WireFault | "well")[];
  expect(...faults: WireFault[]): void;
  close(): void;
}

const SLOW_MS = 150;
const FAILURE =
  "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops";

export function faultyWire(target: string): FaultyWire {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const faults: WireFault[] = [];
  const met: (WireFault | "well")[] = [];
  const open = new Set<Deno.Conn>();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  async function carry(client: Deno.Conn): Promise<void> {
    open.add(client);
    try {
      for (let request = await message(client); request; request = await message(client)) {
        const fault = faults.shift() ?? "well";
        met.push(fault);
        if (fault === "cut") return;
        if (fault === "500") return void (await client.write(new TextEncoder().encode(FAILURE)));
        const answer = await ask(request);
        if (fault === "lost answer") return;
        if (fault === "500 afterwards") return void (await client.write(new TextEncoder().encode(FAILURE)));
        if (fault === "silence") return await gone(client);
        if (fault === "slow") await new Promise<void>((resolve) => timers.add(setTimeout(resolve, SLOW_MS)));
        await writeAll(client, answer);
      }
    } catch {
      // The other end has given up, which is what this is about.
    } finally {
      open.delete(client);
      closeQuietly(client);
    }
  }

  async function ask(request: Uint8Array): Promise<Uint8Array> {
    const upstream = await Deno.connect({ hostname, port: Number(port) });
    try {
      await writeAll(upstream, request);
      return (await message(upstream)) ?? new Uint8Array();
    } finally {
      closeQuietly(upstream);
    }
  }

  (async () => {
    for await (const client of listener) carry(client);
  })();
  const { port: here } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${here}`,
    met,
    expect: (...more) => void faults.push(...more),
    close() {
      listener.close();
      for (const timer of timers) clearTimeout(timer);
      for (const client of open) closeQuietly(client);
    },
  };
}

/** Until whoever waits hangs up. */
async function gone(client: Deno.Conn): Promise<void> {
  while ((await client.read(new Uint8Array(1024))) !== null);
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // closed already
  }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) written += await connection.write(bytes.subarray(written));
}

/** One whole HTTP message, head and body; null at the end of the connection. */
async function message(connection: Deno.Conn): Promise<Uint8Array | null> {
  let held = new Uint8Array();
  const buffer = new Uint8Array(64 * 1024);
  while (!isWhole(held)) {
    const count = await connection.read(buffer);
    if (count === null) return null;
    const more = new Uint8Array(held.length + count);
    more.set(held);
    more.set(buffer.subarray(0, count), held.length);
    held = more;
  }
  return held;
}

function isWhole(bytes: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = text.slice(0, end).toLowerCase();
  if (/\btransfer-encoding: *chunked\b/.test(head)) return text.endsWith("\r\n0\r\n\r\n");
  const length = Number(/\bcontent-length: *(\d+)/.exec(head)?.[1] ?? 0);
  return bytes.length >= end + 4 + length;
}
