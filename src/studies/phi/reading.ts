// Who reads the masked pages: the built-in OCR, or a model through the gateway; equal pictures are read once.
import { chat } from '../../agents/chat.ts';
import { sha256 } from '../../domain/content-hash.ts';
import type { Gateway } from '../../experts/gateway.ts';
import { imagePart } from '../../experts/prompt-pixels.ts';
import { redactText } from '../../privacy/detect.ts';
import type { Ocr, OcrPage } from '../../privacy/ocr.ts';
import { detectOnPage, pageText, redactedText } from '../../privacy/page-text.ts';
import type { BlobStore } from '../../storage/blobs.ts';

/** A page as somebody read it. */
export interface PageReading {
  /** Everything that was read, in every order in which it can be read. */
  readonly text: string;
  /** The same after the text detectors took out what they found. */
  readonly redacted: string;
  /** Words with their places, where the reader knows them. */
  readonly page?: OcrPage;
}

export interface PageReader {
  readonly name: string;
  read(png: Uint8Array, pageId: string): Promise<PageReading>;
}

/** Reads by OCR. The recogniser stays the caller's to close. */
export function ocrReader(ocr: Ocr): PageReader {
  return remembering({
    name: ocr.name,
    async read(png) {
      const page = await ocr.read(png);
      const findings = detectOnPage(page);
      const both = (text: (order: 'rows' | 'blocks') => string) => `${text('rows')}\n\n${text('blocks')}`;
      return {
        page,
        text: both((order) => pageText(page, order)),
        redacted: both((order) => redactedText(page, findings, order)),
      };
    },
  });
}

const REQUEST =
  'Write down all text on this page exactly as it is printed, line by line from top to bottom. Do not explain, correct or leave out anything.';

/** Reads by a model; replies are cached by the gateway, so a stopped study goes on where it was. */
export function modelReader(
  ref: string,
  deps: { gateway: Gateway; blobs: BlobStore; signal: AbortSignal },
): PageReader {
  const model = deps.gateway.languageModel(ref);
  return remembering({
    name: ref,
    async read(png, pageId) {
      const hash = await deps.blobs.put(png);
      const { text } = await chat(model, {
        prompt: [{ role: 'user', content: [{ type: 'text', text: REQUEST }, imagePart(hash)] }],
        about: { patientId: pageId, repeat: 0 },
        signal: deps.signal,
        temperature: null,
      });
      return { text, redacted: redactText(text).text };
    },
  });
}

/** Masking places that zero the same squares give the same picture: it is read once. */
function remembering(reader: PageReader): PageReader {
  let pageAt = '';
  let known = new Map<string, Promise<PageReading>>();
  return {
    name: reader.name,
    read(png, pageId) {
      if (pageId !== pageAt) [pageAt, known] = [pageId, new Map()];
      const hash = sha256(png);
      const reading = known.get(hash) ?? reader.read(png, pageId);
      known.set(hash, reading);
      return reading;
    },
  };
}
