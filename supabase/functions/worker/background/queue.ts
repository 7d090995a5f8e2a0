// Background work of the assistant: asks the model, and later looks for its answer. What is written, and whether it may be, the
// database decides in the name of whoever asked; nothing here has a say in it. Every step may be repeated: a job that has
// gone on meanwhile says so, and is left alone.
import { z } from "zod";
import { type BackgroundModel, QuestionRefused } from "../../_shared/background-model.ts";
import type { TokenUsage } from "../../_shared/model-settings.ts";
import type { ObjectStore } from "../../_shared/object-store.ts";
import { Problem } from "../../_shared/problem.ts";
import type { Rpc } from "../../_shared/rpc.ts";
import type { Trace } from "../../_shared/trace.ts";
import { DONE, type Queue } from "../job.ts";
import { FileRefused, MOST_BYTES, menuFiles } from "./files.ts";
import { checkReading, checkTranslation, reading, translation } from "./questions.ts";

export interface BackgroundDependencies {
  readonly rpc: Rpc;
  readonly objects: ObjectStore;
  /** Null: no model is configured. */
  readonly model: BackgroundModel | null;
}

const payload = z.looseObject({ job_id: z.guid() });
const base = { job_id: z.guid(), status: z.string() };
const status = z.object(base);
const requested = {
  ...base,
  status: z.literal("requested"),
  person: z.string(),
  venue: z.object({ locale: z.string(), currency: z.string() }),
};
const texts = z.array(
  z.object({ ref: z.number(), kind: z.string(), name: z.string(), description: z.string().nullable() }),
);
const work = z.discriminatedUnion("kind", [
  z.object({
    ...requested,
    kind: z.literal("translate_menu"),
    arguments: z.object({ locale: z.string() }),
    texts,
  }),
  z.object({ ...requested, kind: z.literal("read_menu"), arguments: z.object({ paths: z.array(z.string()) }) }),
]);
type Work = z.output<typeof work>;
const kind = z.enum(["translate_menu", "read_menu"]);
const waiting = z.object({ ...base, kind, response_id: z.string().nullable(), texts: z.number().nullable() });

export const backgroundWork = ({ rpc, objects, model }: BackgroundDependencies): Queue => {
  const fail = (jobId: string, reason: string, trace: Trace, used = {}) =>
    rpc("fail_assistant_job", { p_job_id: jobId, p_reason: reason, ...used }, trace);

  async function ask(jobId: string, trace: Trace): Promise<void> {
    const started = await rpc("start_assistant_job", { p_job_id: jobId }, trace);
    if (status.parse(started).status !== "requested") return;
    const job = work.parse(started);
    if (!model) return void (await fail(jobId, "model_not_configured", trace));
    try {
      const { inputTokens, ...question } = await questionOf(job, objects);
      const most = { inputTokens, cachedTokens: 0, outputTokens: question.mostOutputTokens };
      const share = { p_job_id: jobId, p_model: model.name, ...spent(model, most) };
      const taken = await rpc("take_assistant_job_budget", share, trace);
      // The day is used up, or it was called off meanwhile.
      if (status.parse(taken).status !== "requested") return;
      const responseId = await model.ask({ id: jobId, person: job.person, ...question });
      const noted = await rpc("note_assistant_response", { p_job_id: jobId, p_response_id: responseId }, trace);
      // Called off meanwhile, or asked by another worker as well.
      const { status: now, response_id } = z.object({ ...base, response_id: z.string().nullable() }).parse(noted);
      if (now !== "asked" || response_id !== responseId) await model.cancel(responseId);
    } catch (error) {
      if (error instanceof FileRefused) await fail(jobId, error.reason, trace);
      else if (error instanceof QuestionRefused) await fail(jobId, "question_refused", trace);
      else throw error;
    }
  }

  async function look(jobId: string, trace: Trace): Promise<void> {
    const job = waiting.parse(await rpc("get_assistant_job", { p_job_id: jobId }, trace));
    if (job.status !== "asked" || job.response_id === null) return;
    if (!model) return void (await fail(jobId, "model_not_configured", trace));
    const answer = await model.look(job.response_id);
    if (answer.state === "pending") return;
    // Where nobody knows it, the database has it that all was used that was held.
    const used = answer.usage ? spent(model, answer.usage) : {};
    if (answer.state === "failed") return void (await fail(jobId, answer.reason, trace, used));
    const checked =
      job.kind === "read_menu" ? checkReading(answer.text) : checkTranslation(answer.text, job.texts ?? 0);
    if (!checked.ok) return void (await fail(jobId, checked.reason, trace, used));
    const args = { p_job_id: jobId, p_answer: checked.value, ...used };
    await rpc("finish_assistant_job", args, trace);
  }

  async function callOff(jobId: string, trace: Trace): Promise<void> {
    const { response_id } = waiting.parse(await rpc("get_assistant_job", { p_job_id: jobId }, trace));
    if (model && response_id !== null) await model.cancel(response_id);
  }

  const step = (run: (jobId: string, trace: Trace) => Promise<void>) => async (message: unknown, trace: Trace) => {
    const { job_id } = payload.parse(message);
    try {
      await run(job_id, trace);
    } catch (error) {
      // Its venue, or whoever asked, is no more, and it went with them.
      if (!(error instanceof Problem && error.code === "assistant_job_not_found")) throw error;
    }
    return DONE;
  };
  return {
    name: "assistant_jobs",
    // A question may carry ten megabytes.
    batch: 2,
    topics: {
      "assistant_job.requested": step(ask),
      "assistant_job.answered": step(look),
      "assistant_job.cancelled": step(callOff),
    },
  };
};

async function questionOf(job: Work, objects: ObjectStore) {
  if (job.kind === "translate_menu") return translation(job.texts, job.venue.locale, job.arguments.locale);
  const files: Uint8Array[] = [];
  for (const path of job.arguments.paths) {
    const bytes = await objects.read("menu-files", path, MOST_BYTES);
    if (bytes === null) throw new FileRefused("file_missing");
    files.push(bytes);
  }
  return reading(await menuFiles(files), job.venue.currency);
}

const spent = (model: BackgroundModel, usage: TokenUsage) => ({
  p_input_tokens: usage.inputTokens,
  p_output_tokens: usage.outputTokens,
  p_cost_micro: model.cost(usage),
});
