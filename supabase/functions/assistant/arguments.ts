// What tools take, bounded: whoever fills these in may be a model that read something it should not have believed.
import { z } from "zod";

export const id = z.guid();
export const venueId = id.describe("The venue to work in.");
export const ids = (most: number) => z.array(id).min(1).max(most);
export const limit = z.int().min(1).max(100).describe("At most so many, 1 to 100.");
/** Postgres stores neither a zero byte nor half a letter. */
const storable = (text: string) => text.isWellFormed() && !text.includes("\0");
export const longText = (most: number) => z.string().trim().max(most).refine(storable, "no text that can be stored");
export const text = (most: number) => longText(most).min(1);
export const search = longText(100).describe("Part of a name; empty finds all.");
export const priceMinor = z.int().min(0).max(100_000_000).describe("In minor units, such as pence.");
export const basisPoints = (most: number) => z.int().min(1).max(most).describe("In basis points: 1000 is 10 %.");
export const reason = text(280).describe("Why, in a few words; it is kept.");
export const day = z.iso.date();
export const instant = z.iso.datetime({ offset: true });
export const period = {
  from: day.describe("First business day."),
  until: day.describe("Last business day, included."),
};
