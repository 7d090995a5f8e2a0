// Tests that run the code of functions in Node are checked without Deno's types: what that code names of them, and no more.
declare const Deno: { readonly env: { get(name: string): string | undefined } };

declare module "@sentry/deno" {
  export function init(
    options: { beforeSend?: (event: Record<string, unknown>) => unknown } & Record<string, unknown>,
  ): void;
  export function captureException(error: unknown, hint?: Record<string, unknown>): void;
}
