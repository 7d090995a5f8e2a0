// W3C trace context: the caller's trace goes on into the database, and from a queued message into the call it causes.
// A malformed header is no reason to refuse anybody: it starts a new trace. Where the runtime records spans itself
// (OTEL_DENO=true exports them by OTLP), the request's own span is the one that goes on, so that both tell one story.
import { isSpanContextValid, TraceFlags, trace as telemetry } from "@opentelemetry/api";

export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

const HEADER = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-|$)/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function traceOf(traceparent: string | null): Trace {
  const recorded = telemetry.getActiveSpan()?.spanContext();
  if (recorded && isSpanContextValid(recorded)) {
    const sampled = (recorded.traceFlags & TraceFlags.SAMPLED) !== 0;
    return { traceId: recorded.traceId, spanId: recorded.spanId, sampled };
  }
  const [, traceId, flags] = HEADER.exec(traceparent?.trim() ?? "") ?? [];
  if (!traceId || !flags) return { traceId: randomHex(16), spanId: randomHex(8), sampled: true };
  return { traceId, spanId: randomHex(8), sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Continues the trace in which a message was written. */
export const traceFrom = (traceId: string | null | undefined): Trace => ({
  traceId: traceId && TRACE_ID.test(traceId) ? traceId : randomHex(16),
  spanId: randomHex(8),
  sampled: true,
});

export const traceparent = ({ traceId, spanId, sampled }: Trace): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
