// Where everything stands on paper, in millimetres from the top left corner. Cards have one size on every paper, so that
// they fit the same holders; what draws them (SVG, PDF) decides nothing.
import type { Fonts, Weight } from "./fonts.ts";
import type { QrCode } from "./qr-code.ts";

export interface Card {
  readonly venue: string;
  readonly label: string;
  readonly area: string;
  readonly instruction: string;
  readonly code: QrCode;
}

/** A line of text, centred on x, standing on y. */
export interface TextMark {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly weight: Weight;
  readonly isFaint: boolean;
}

export interface CodeMark {
  readonly code: QrCode;
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export interface CutMark {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export interface Page {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly TextMark[];
  readonly codes: readonly CodeMark[];
  readonly cuts: readonly CutMark[];
}

export const PAPERS = { a4: { width: 210, height: 297 }, letter: { width: 215.9, height: 279.4 } } as const;
export type Paper = keyof typeof PAPERS;

const CARD = { width: 90, height: 85 } as const;
const COLUMNS = 2;
const ROWS = 3;
export const CARDS_PER_PAGE = COLUMNS * ROWS;

const TEXT_WIDTH = CARD.width - 12;
const CODE_SIDE = 52;
/** How far a cutting line reaches beyond the cards. */
const CUT_BEYOND = 5;

export function cardPage(card: Card, fonts: Fonts): Page {
  return { ...CARD, ...cardMarks(card, 0, 0, fonts), cuts: [] };
}

export function sheetPages(cards: readonly Card[], paper: Paper, fonts: Fonts): Page[] {
  const count = Math.ceil(cards.length / CARDS_PER_PAGE);
  return Array.from({ length: count }, (_page, index) => {
    const here = cards.slice(index * CARDS_PER_PAGE, (index + 1) * CARDS_PER_PAGE);
    return sheetPage(here, PAPERS[paper], count > 1 ? `${index + 1} / ${count}` : "", fonts);
  });
}

function sheetPage(
  cards: readonly Card[],
  paper: { width: number; height: number },
  folio: string,
  fonts: Fonts,
): Page {
  const left = (paper.width - COLUMNS * CARD.width) / 2;
  const top = (paper.height - ROWS * CARD.height) / 2;
  const right = left + COLUMNS * CARD.width;
  const rows = Math.ceil(cards.length / COLUMNS);
  const bottom = top + rows * CARD.height;
  const marks = cards.map((card, index) =>
    cardMarks(card, left + (index % COLUMNS) * CARD.width, top + Math.floor(index / COLUMNS) * CARD.height, fonts),
  );
  const foot = { x: paper.width / 2, y: paper.height - 7, size: 3, weight: "regular", isFaint: true } as const;
  return {
    ...paper,
    texts: [...marks.flatMap(({ texts }) => texts), ...(folio ? [{ text: folio, ...foot }] : [])],
    codes: marks.flatMap(({ codes }) => codes),
    cuts: [
      ...Array.from({ length: COLUMNS + 1 }, (_line, index) => {
        const x = left + index * CARD.width;
        return { x1: x, y1: top - CUT_BEYOND, x2: x, y2: bottom + CUT_BEYOND };
      }),
      ...Array.from({ length: rows + 1 }, (_line, index) => {
        const y = top + index * CARD.height;
        return { x1: left - CUT_BEYOND, y1: y, x2: right + CUT_BEYOND, y2: y };
      }),
    ],
  };
}

function cardMarks(card: Card, left: number, top: number, fonts: Fonts): Pick<Page, "texts" | "codes"> {
  const texts = linesOf(card).map(({ text, y, size, weight = "regular", isFaint = false }) => ({
    ...fitted(text, size, weight, fonts),
    x: left + CARD.width / 2,
    y: top + y,
    weight,
    isFaint,
  }));
  return {
    texts,
    codes: [{ code: card.code, x: left + (CARD.width - CODE_SIDE) / 2, y: top + 12, side: CODE_SIDE }],
  };
}

/** What stands above and below the code; where something is missing, the rest takes its room. */
function linesOf({ venue, label, area, instruction }: Card) {
  const lines: { text: string; y: number; size: number; weight?: Weight; isFaint?: boolean }[] = [
    { text: venue, y: 9.6, size: 5, weight: "bold" },
  ];
  if (label === "") return [...lines, { text: instruction, y: 74, size: 4.6, weight: "bold" as const }];
  lines.push({ text: label, y: area === "" ? 72.4 : 70.2, size: 7, weight: "bold" });
  if (area !== "") lines.push({ text: area, y: 75, size: 3.2, isFaint: true });
  return [...lines, { text: instruction, y: 80.6, size: 3.6 }];
}

/** A long text becomes smaller, and beyond that shorter. */
function fitted(text: string, size: number, weight: Weight, fonts: Fonts): { text: string; size: number } {
  const smallest = size * 0.55;
  const room = (shown: string) => TEXT_WIDTH / fonts.width(shown, weight);
  if (room(text) >= smallest) return { text, size: Math.min(size, room(text)) };
  const letters = [...text];
  while (letters.length > 1 && room(`${letters.join("")}…`) < smallest) letters.pop();
  return { text: `${letters.join("").trimEnd()}…`, size: smallest };
}
