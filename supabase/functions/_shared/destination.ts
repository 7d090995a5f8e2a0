// Where a payment goes on to, as the database says it: nowhere, unless the organisation has an account of its own.
import { z } from "zod";
import type { NewObject } from "./payment-provider.ts";

export const goesOn = {
  destination: z.string().startsWith("acct_").optional(),
  application_fee_minor: z.number().int().min(0).optional(),
};

export const destinationOf = ({
  destination,
  application_fee_minor: feeMinor = 0,
}: z.output<z.ZodObject<typeof goesOn>>): Pick<NewObject, "destination"> =>
  destination === undefined ? {} : { destination: { account: destination, feeMinor } };
