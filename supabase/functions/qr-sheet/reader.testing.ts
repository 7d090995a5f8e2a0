// Reads sheets as a printer and a phone do, with other libraries than those that made them: PDFium draws the pages of a
// PDF, jsQR finds codes in pictures. Runs in Deno and in Node.
import { PDFiumLibrary } from "@hyzyla/pdfium";
import jsqr from "jsqr";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, or BGRA: codes are black and white. */
  readonly data: Uint8ClampedArray;
}

export interface PrintedPage {
  /** In millimetres. */
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly picture: Picture;
}

const PIXELS_PER_POINT = 2;
const MM_PER_POINT = 25.4 / 72;

export async function printed(pdf: Uint8Array): Promise<PrintedPage[]> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(pdf);
  const pages: PrintedPage[] = [];
  for (const page of document.pages()) {
    const text = page.getText();
    const { originalWidth, originalHeight } = page.getOriginalSize();
    const { width, height, data } = await page.render({ scale: PIXELS_PER_POINT, render: "bitmap" });
    const picture = { width, height, data: new Uint8ClampedArray(data) };
    pages.push({ width: originalWidth * MM_PER_POINT, height: originalHeight * MM_PER_POINT, text, picture });
  }
  document.destroy();
  library.destroy();
  return pages;
}

/** The part of a picture that lies in a card: column and row of a page of cards, 90 mm × 85 mm, in the middle of the paper. */
export function cutOut({ width, height, picture }: PrintedPage, column: number, row: number): Picture {
  const pixels = picture.width / width;
  const left = Math.round(((width - 180) / 2 + column * 90) * pixels);
  const top = Math.round(((height - 255) / 2 + row * 85) * pixels);
  const [wide, high] = [Math.floor(90 * pixels), Math.floor(85 * pixels)];
  const data = new Uint8ClampedArray(wide * high * 4);
  for (let y = 0; y < high; y++) {
    const from = ((top + y) * picture.width + left) * 4;
    data.set(picture.data.subarray(from, from + wide * 4), y * wide * 4);
  }
  return { width: wide, height: high, data };
}

export const scan = ({ data, width, height }: Picture) =>
  jsqr.default(data, width, height, { inversionAttempts: "dontInvert" });

/** What a phone reads on each card of a page, row by row. */
export function scanned(page: PrintedPage): (string | undefined)[] {
  return [0, 1, 2]
    .flatMap((row) => [0, 1].map((column) => scan(cutOut(page, column, row))?.data))
    .filter((link) => link !== undefined);
}
