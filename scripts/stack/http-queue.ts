/**
 * Sends what net.http_get, http_post and http_delete have queued, as the pg_net worker does: after commit, each request
 * at most once, the answer kept for six hours. A request under way when the stack dies is lost, as it is on hosted:
 * who needs certainty keeps an outbox.
 */
import type postgres from "postgres";

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

const BATCH = 200;

export interface HttpQueue {
  /** Sends all that waits. Calls that come while it works are answered by one more round. */
  drain(): Promise<void>;
}

export function createHttpQueue(sql: postgres.Sql, signal: AbortSignal): HttpQueue {
  let working: Promise<void> | null = null;
  let again = false;

  async function sendAll(): Promise<void> {
    const [installed] = await sql`select to_regclass('net.http_request_queue') is not null as yes`;
    if (!installed?.yes) return;
    do {
      again = false;
      for (let batch = await take(sql); batch.length > 0 && !signal.aborted; batch = await take(sql)) {
        await Promise.all(batch.map(async (request) => keep(sql, request.id, await send(request, signal))));
      }
      await sql`delete from net._http_response where created < now() - interval '6 hours'`;
    } while (again && !signal.aborted);
  }

  return {
    drain() {
      again = true;
      working ??= sendAll().finally(() => {
        working = null;
      });
      return working;
    },
  };
}

const take = (sql: postgres.Sql) => sql<QueuedRequest[]>`
  delete from net.http_request_queue where id in (
    select id from net.http_request_queue order by id limit ${BATCH} for update skip locked)
  returning id::text, method, url, headers, body, timeout_milliseconds`;

interface Answer {
  status_code?: number;
  content_type?: string | null;
  headers?: Record<string, string>;
  content?: string;
  timed_out: boolean;
  error_msg?: string;
}

async function send(request: QueuedRequest, stack: AbortSignal): Promise<Answer> {
  if (!/^https?:\/\//i.test(request.url)) return { timed_out: false, error_msg: "Unsupported protocol" };
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      body: request.method === "GET" || !request.body ? null : new Uint8Array(request.body),
      redirect: "manual",
      signal: AbortSignal.any([stack, AbortSignal.timeout(request.timeout_milliseconds)]),
    });
    return {
      status_code: response.status,
      content_type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content: await response.text(),
      timed_out: false,
    };
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { timed_out: name === "TimeoutError", error_msg: cause instanceof Error ? cause.message : message };
  }
}

async function keep(sql: postgres.Sql, id: string, answer: Answer): Promise<void> {
  await sql`
    insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
    values (${id}, ${answer.status_code ?? null}, ${answer.content_type ?? null}, ${sql.json(answer.headers ?? {})},
            ${answer.content ?? null}, ${answer.timed_out}, ${answer.error_msg ?? null})`;
}
