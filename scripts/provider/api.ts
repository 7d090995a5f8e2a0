// Stripe's HTTP face: authentication, versions, request ids, encoding and the route table. Rules live elsewhere.
// Trusts nobody without the secret key; answers every mistake with a Stripe-shaped body, never with a stack trace.
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import Stripe from "stripe";
import { assertCredentials, assertVersion } from "./credentials.ts";
import { execute, failureAnswer, type Provider } from "./execute.ts";
import { invalid, StripeFailure, serverFailure } from "./failure.ts";
import { type FormObject, parseForm } from "./form.ts";
import type { Answer } from "./idempotency.ts";
import { randomText } from "./mint.ts";
import type { Route } from "./operations/route.ts";

export type ProviderApp = Hono<{ Bindings: HttpBindings; Variables: { requestId: string } }>;
type ProviderContext = Context<{ Bindings: HttpBindings; Variables: { requestId: string } }>;

export interface ApiOptions {
  readonly provider: Provider;
  readonly secretKey: string;
  readonly routes: readonly Route[];
  /** Called after each request, since it may have caused events. */
  readonly afterRequest: (path: string) => void;
  readonly log: (line: string) => void;
}

const LARGEST_BODY = 256 * 1024;

async function readParams(context: ProviderContext): Promise<FormObject> {
  const { req } = context;
  if (req.method === "GET") return parseForm(new URL(req.url).search.slice(1));
  const text = await req.text();
  if (text !== "" && !req.header("content-type")?.startsWith("application/x-www-form-urlencoded")) {
    throw invalid(
      "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.",
    );
  }
  return parseForm(text);
}

function respond(context: ProviderContext, answer: Answer, headers: Readonly<Record<string, string>>): Response {
  const key = context.req.header("idempotency-key");
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-cache, no-store",
      "request-id": context.get("requestId"),
      "stripe-version": Stripe.API_VERSION,
      ...(key && context.req.method === "POST" ? { "idempotency-key": key } : {}),
      ...headers,
    },
  });
}

/** Says nothing, then breaks the connection: the client cannot know whether its request had its effect. */
function breakConnection(context: ProviderContext, { provider }: ApiOptions, ms: number): Response {
  const { outgoing } = context.env;
  const cancel = provider.clock.after(ms, () => outgoing.socket?.resetAndDestroy());
  outgoing.on("close", cancel);
  return RESPONSE_ALREADY_SENT;
}

export function createApi(options: ApiOptions): ProviderApp {
  const { provider, secretKey, routes, afterRequest, log } = options;
  const app: ProviderApp = new Hono();

  app.onError((error, context) => {
    const failure = error instanceof StripeFailure ? error : serverFailure(500);
    if (!(error instanceof StripeFailure)) log(`provider: ${error.stack ?? error.message}`);
    return respond(context, failureAnswer(failure), failure.headers);
  });
  app.use("/v1/*", async (context, next) => {
    context.set("requestId", `req_${randomText(14)}`);
    assertCredentials(context.req.raw.headers, secretKey);
    assertVersion(context.req.header("stripe-version") ?? null);
    await next();
    afterRequest(context.req.path);
  });
  app.use(
    "/v1/*",
    bodyLimit({ maxSize: LARGEST_BODY, onError: () => raise(invalid("Request body too large.", {}, 413)) }),
  );

  for (const route of routes) {
    app.on(route.method, route.path, async (context) => {
      const reply = await execute(provider, route, {
        method: context.req.method,
        path: context.req.path,
        id: context.req.param("id") ?? "",
        raw: await readParams(context),
        mark: { id: context.get("requestId"), idempotency_key: context.req.header("idempotency-key") || null },
      });
      if (reply.kind === "silence") return breakConnection(context, options, reply.ms);
      return respond(context, reply.answer, reply.headers);
    });
  }
  app.all("/v1/*", (context) => {
    const { method, path } = context.req;
    throw invalid(
      `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
      {},
      404,
    );
  });
  return app;
}

function raise(error: Error): never {
  throw error;
}
