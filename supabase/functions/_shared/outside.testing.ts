// The module under test, as its tests make it: everything refused, or one receiver allowed.
import assert from "node:assert/strict";
import { createOutside, OutsideError, type OutsideOptions, outsideOptions } from "./outside.ts";

export const failsWith = (failure: string, call: Promise<number>) =>
  assert.rejects(call, (error) => error instanceof OutsideError && error.failure === failure);

export const toReceiver = ({ port, cert }: { port: number; cert: string }, more: Partial<OutsideOptions> = {}) =>
  createOutside({ ...outsideOptions({}), allowedHosts: [`127.0.0.1:${port}`], caCerts: [cert], ...more });
