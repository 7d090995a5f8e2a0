// What a file is, is decided by its bytes; what its name or its uploader say about it, by nothing. Before any of it leaves
// for the model it has a size, and pages or pixels within limits. Nothing is ever fetched: files come from our own Storage.
import { Buffer } from "node:buffer";
import { PDFDocument } from "@pdfme/pdf-lib";

import { dimensionsOf } from "./image-size.ts";

export const MOST_BYTES = 10 * 1024 * 1024;
export const MOST_PAGES = 30;
export const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 16_384;

/** Why a file is not read: a code, which becomes the reason of its job. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly reason: string;

  constructor(reason: string) {
    super(`file: ${reason}`);
    this.reason = reason;
  }
}

export interface MenuFile {
  readonly kind: "pdf" | "image";
  /** Made here: the name that an uploader chose is a text of theirs. */
  readonly name: string;
  /** A photo is one. */
  readonly pages: number;
  readonly dataUrl: string;
}

const STARTS: readonly (readonly [type: string, offset: number, bytes: string])[] = [
  ["application/pdf", 0, "%PDF-"],
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/webp", 8, "WEBP"],
];

export function typeOf(bytes: Uint8Array): string | null {
  const head = Array.from(bytes.subarray(0, 16), (byte) => String.fromCharCode(byte)).join("");
  const found = STARTS.find(([, offset, start]) => head.startsWith(start, offset));
  return found && (found[0] !== "image/webp" || head.startsWith("RIFF")) ? found[0] : null;
}

/** Refuses the lot for one file that is not what it should be: a menu is read whole or not at all. */
export async function menuFiles(files: readonly Uint8Array[]): Promise<MenuFile[]> {
  if (files.reduce((sum, { byteLength }) => sum + byteLength, 0) > MOST_BYTES) throw new FileRefused("file_too_large");
  const read: MenuFile[] = [];
  let pages = 0;
  for (const [index, bytes] of files.entries()) {
    const type = typeOf(bytes);
    if (!type) throw new FileRefused("file_type_unknown");
    const ofThis = type === "application/pdf" ? await pagesOf(bytes) : 1;
    if (type === "application/pdf") pages += ofThis;
    else requirePixels(bytes, type);
    if (pages > MOST_PAGES) throw new FileRefused("file_too_many_pages");
    const extension = type.slice(type.indexOf("/") + 1);
    read.push({
      kind: type === "application/pdf" ? "pdf" : "image",
      name: `menu-${index + 1}.${extension}`,
      pages: ofThis,
      dataUrl: `data:${type};base64,${Buffer.from(bytes).toString("base64")}`,
    });
  }
  return read;
}

async function pagesOf(bytes: Uint8Array): Promise<number> {
  try {
    // Encrypted ones are refused: nobody could say what is in them.
    const document = await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: true });
    const pages = document.getPageCount();
    if (pages > 0) return pages;
  } catch {
    // Whatever is wrong with it, it is not a document that can be read.
  }
  throw new FileRefused("file_unreadable");
}

function requirePixels(bytes: Uint8Array, type: string): void {
  const size = dimensionsOf(bytes, type);
  if (!size || size.width < 1 || size.height < 1) throw new FileRefused("file_unreadable");
  if (size.width * size.height > MOST_PIXELS || Math.max(size.width, size.height) > LONGEST_SIDE) {
    throw new FileRefused("file_too_many_pixels");
  }
}
