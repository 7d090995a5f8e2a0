// Trouble on demand: which of the next requests or webhooks go wrong, and how. Rules live in memory only, are counted
// down as they are met, and the first rule that matches wins. A restart forgets them; held deliveries stay held.
import { z } from "zod";

const times = z.number().int().min(1).max(1_000_000).default(1);

const requestFault = z.strictObject({
  target: z.literal("request"),
  method: z.enum(["GET", "POST", "DELETE"]).optional(),
  /** An exact path, or a beginning that ends with `*`. */
  path: z.string().startsWith("/").default("/v1/*"),
  action: z.enum(["status", "timeout", "reset", "latency"]),
  /** Does the trouble come before the request has its effect, or after? Latency always comes before. */
  when: z.enum(["before", "after"]).default("before"),
  status: z.number().int().min(400).max(599).default(500),
  ms: z.number().int().min(0).max(600_000).default(1_000),
  times,
});

const webhookFault = z.strictObject({
  target: z.literal("webhook"),
  /** An event type such as `payment_intent.succeeded`, or a beginning that ends with `*`. */
  event: z.string().default("*"),
  action: z.enum(["duplicate", "delay", "drop", "hold"]),
  copies: z.number().int().min(1).max(100).default(1),
  ms: z.number().int().min(0).max(86_400_000).default(1_000),
  times,
});

export const faultSchema = z.discriminatedUnion("target", [requestFault, webhookFault]);
export type Fault = z.output<typeof faultSchema>;
export type RequestFault = z.output<typeof requestFault>;

export interface DeliveryPlan {
  readonly status: "pending" | "held" | "dropped";
  readonly copies: number;
  readonly delayMs: number;
}

const matches = (pattern: string, value: string) =>
  pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : pattern === value;

export class Faults {
  #rules: Fault[] = [];

  list(): readonly Fault[] {
    return this.#rules;
  }

  add(fault: Fault): void {
    this.#rules.push({ ...fault });
  }

  clear(): void {
    this.#rules = [];
  }

  #take<F extends Fault>(wanted: (fault: Fault) => fault is F): F | undefined {
    const rule = this.#rules.find(wanted);
    if (!rule) return undefined;
    rule.times -= 1;
    if (rule.times === 0) this.#rules = this.#rules.filter((other) => other !== rule);
    return { ...rule };
  }

  forRequest(method: string, path: string): RequestFault | undefined {
    return this.#take(
      (fault): fault is RequestFault =>
        fault.target === "request" && (fault.method ?? method) === method && matches(fault.path, path),
    );
  }

  forEvent(type: string): DeliveryPlan {
    const fault = this.#take(
      (rule): rule is z.output<typeof webhookFault> => rule.target === "webhook" && matches(rule.event, type),
    );
    return {
      status: fault?.action === "hold" ? "held" : fault?.action === "drop" ? "dropped" : "pending",
      copies: fault?.action === "duplicate" ? 1 + fault.copies : 1,
      delayMs: fault?.action === "delay" ? fault.ms : 0,
    };
  }
}
