/** `npm run demo`: a whole evening's first order, through real HTTP. Exit codes: 0 played, 1 failed, 2 wrong usage. */
import { randomBytes, randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { colors as pc } from "../colors.ts";
import { readEnvironment } from "../stack/environment.ts";
import { requireNode } from "../stack/preflight.ts";
import { describe, StackError } from "../stack/stack-error.ts";
import { type Asked, askAssistant } from "./acts/ask-assistant.ts";
import { type Misled, misleadAssistant } from "./acts/mislead-assistant.ts";
import { cardNetworkOf } from "./card-network.ts";
import { takeStack } from "./demo-stack.ts";
import { type Evening, playEvening } from "./evening.ts";
import { startGullibleModel } from "./gullible-model.ts";
import { planDeskOf } from "./plan-desk.ts";
import { describeEvening, describeFailure, type Report, seconds, toJson } from "./report.ts";
import { createTimeline, StepFailure } from "./timeline.ts";

const HELP = `Plays a restaurant's evening on the local stack: sign-up, menu, QR code, order, card payment, kitchen, till,
refund, books. Uses the stack that is running, or starts one and stops it at the end. Exits with 1 when any step fails.

  npm run demo
  npm run demo -- --assistant       two acts more: a manager and a cook ask the assistant, and a
                                    menu gives orders to its model
  npm run demo -- --keep            leaves the stack running that the demo started
  npm run --silent demo -- --json   prints one JSON document: steps, durations, ids, totals

The stack is found by STACK_DIR, STACK_PORT and STACK_DB_PORT; with STRIPE_SECRET_KEY cards are charged at Stripe.`;

const flag = { type: "boolean", default: false } as const;
const OPTIONS = { help: flag, json: flag, keep: flag, assistant: flag } as const;
type Flags = Record<keyof typeof OPTIONS, boolean>;

async function main({ json, keep, assistant }: Flags): Promise<number> {
  requireNode();
  const interrupted = new AbortController();
  const interruption = new Promise<never>((_, reject) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(name, () => {
        interrupted.abort();
        reject(new StackError("interrupted"));
      });
    }
  });
  interruption.catch(() => {}); // it is raced below; until then nobody listens
  const print = (line: string) => {
    if (!json && !interrupted.signal.aborted) console.log(line);
  };
  const progress = (step: string, ms: number) =>
    print(`  ${step.padEnd(22)} ${pc.dim(`${String(ms).padStart(6)} ms`)}`);

  // A stack that stays would ask a model that is gone.
  const hasModel = readEnvironment().variables.OPENAI_API_KEY !== undefined;
  const gullible = assistant && !keep && !hasModel ? await startGullibleModel() : null;
  const stack = await takeStack(keep, { line: print, progress }, interrupted.signal, gullible?.env).catch(
    async (error) => {
      await gullible?.close();
      throw error;
    },
  );
  try {
    const run = randomBytes(3).toString("hex");
    const network = cardNetworkOf(stack.state);
    const buyPlan = assistant ? planDeskOf(stack.state) : null;
    print(`\n${pc.bold("Servio")}, one evening: from an owner's sign-up to books that balance (run ${run})`);
    print(pc.dim(`${stack.state.url}, ${stack.origin}${stack.startedInMs ? ` in ${seconds(stack.startedInMs)}` : ""}`));
    print(pc.dim(`cards are charged by ${network.name}`));

    const timeline = createTimeline(print);
    const begun = performance.now();
    const report = (): Report => {
      const tookMs = Math.round(performance.now() - begun);
      return { run, provider: network.name, stack, steps: timeline.records, tookMs };
    };
    let evening: Evening | null = null;
    let asked: Asked | null = null;
    let misled: Misled | null = null;
    let failure: StepFailure | null = null;
    try {
      const { secretKey } = stack.state;
      const stage = {
        timeline,
        access: stack.state,
        secretKey,
        network,
        run,
        password: randomUUID(),
        logOf: stack.logOf,
      };
      evening = await Promise.race([playEvening(stage), interruption]);
      if (buyPlan) {
        const { house, team, card } = evening;
        asked = await Promise.race([askAssistant(stage, house, team, buyPlan), interruption]);
        misled = await Promise.race([misleadAssistant(stage, { house, card, asked, gullible }), interruption]);
      }
      print(describeEvening(evening, { asked, misled }, report()));
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      failure = error;
      if (!json) console.error(describeFailure(failure));
    }
    if (json) console.log(JSON.stringify(toJson(report(), evening, { asked, misled }, failure), null, 2));
    return failure ? 1 : 0;
  } finally {
    await stack.release();
    await gullible?.close();
  }
}

function usage(): Flags | string {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

const asked = usage();
if (typeof asked === "string") {
  console.error(`${asked}\n\n${HELP}`);
  process.exitCode = 2;
} else if (asked.help) {
  console.log(HELP);
} else {
  try {
    process.exitCode = await main(asked);
  } catch (error) {
    console.error(`${pc.red("✗")} ${describe(error)}`);
    process.exitCode = 1;
  }
}
