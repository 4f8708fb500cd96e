import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import express from 'express';
import multer from 'multer';
import { BadRequest, incompleteForm } from './errors.ts';
import type { RawForm } from './form.ts';

/** A file as it came. Its name and claimed type are the sender's words and decide nothing. */
export type UploadedFile = { field: string; bytes: Buffer; name: string };

const megabyte = 1024 * 1024;
const limits = { files: 5, fileBytes: 10 * megabyte, formBytes: 96 * 1024, fields: 40, /** Of a form with many rows. */ longFields: 500 } as const;

/** What a route takes beside its fields: several files, one photo, the photos of a whole school, or a short list with a box for each row. */
export type Takes = 'files' | 'photo' | 'photos' | 'list';
const taken: Record<Takes, { files: number; fileBytes: number; allBytes: number; fields?: number; tooLarge: string; tooMany: string }> = {
  files: {
    files: limits.files,
    fileBytes: limits.fileBytes,
    allBytes: limits.files * limits.fileBytes + megabyte,
    tooLarge: 'A file is larger than 10 MB. Nothing was saved. Go back: what you wrote should still be in the box. Choose a smaller file.',
    tooMany: 'There are more than five files. Nothing was saved. Go back: what you wrote should still be in the box.',
  },
  photo: {
    files: 1,
    fileBytes: 15 * megabyte,
    allBytes: 16 * megabyte,
    tooLarge: 'This photo is larger than 15 MB. Nothing was saved. Go back and take another with the camera’s usual settings, or choose a smaller one.',
    tooMany: 'One photo is enough. Nothing was saved. Go back and choose the one to send.',
  },
  photos: {
    files: 200,
    fileBytes: 100 * megabyte,
    allBytes: 101 * megabyte,
    tooLarge: 'These files are larger than 100 MB together. Nothing was saved. Bring them in a part at a time, one after another.',
    tooMany: 'There are more than 200 files. Nothing was saved. Put them into a zip file, or bring them in 200 at a time.',
  },
  list: {
    files: 1,
    fileBytes: megabyte,
    allBytes: megabyte + 128 * 1024,
    fields: 300,
    tooLarge: 'This file is larger than 1 MB. Nothing was saved. Take out what is no activity, or divide it, and choose it again.',
    tooMany: 'One list at a time. Nothing was saved. Go back and choose the one to try.',
  },
};

const urlencodedOf = (fields: number) =>
  express.urlencoded({
    extended: false,
    limit: limits.formBytes,
    parameterLimit: fields,
    verify(_request, _response, bytes) {
      // Broken UTF-8 would be replaced without a word, and words on the record are the words that were sent.
      if (!isUtf8(percentDecoded(bytes)))
        throw new BadRequest(400, 'Some characters of this form could not be read. Nothing was saved. Go back and try again.');
    },
  });
const urlencoded = urlencodedOf(limits.fields);
const longUrlencoded = urlencodedOf(limits.longFields);

type Most = { files: number; fileBytes: number; fields?: number };
const multipartOf = ({ files, fileBytes, fields = limits.fields }: Most, storage: multer.StorageEngine = multer.memoryStorage()) =>
  multer({
    storage,
    // Browsers write names of files as UTF-8.
    defParamCharset: 'utf8',
    limits: {
      // An input where nothing was chosen sends a file without a name, which counts until it is dropped.
      files: files + 2,
      fileSize: fileBytes,
      fields,
      fieldSize: limits.formBytes,
      parts: files + 2 + fields,
      headerPairs: 20,
      fieldNestingDepth: 0,
    },
  } as multer.Options).any();
const multipart: Record<Takes, express.RequestHandler> = {
  files: multipartOf(taken.files),
  photo: multipartOf(taken.photo),
  photos: multipartOf(taken.photos),
  list: multipartOf(taken.list),
};

/** The same as for a message, with its files passed by: nothing of them lies in memory. */
const fieldsAlone = multipartOf(taken.files, {
  _handleFile: (_request, { stream }, done) =>
    void stream
      .on('error', done)
      .on('end', () => done(null, {}))
      .resume(),
  _removeFile: (_request, _file, done) => done(null),
});

/** What lies in memory of forms with files, as announced, from when they begin to arrive until they are answered: of each account, and altogether. */
const heldOf = new Map<string, number>();
let held = 0;
/** Two imports of a school's photos at their largest. Without it one person could fill the memory with forms that are never sent to their end. */
const mostHeldOfOne = 256 * megabyte;
const mostHeld = 512 * megabyte;

function hold(request: Request, response: Response, bytes: number): void {
  if (bytes <= limits.formBytes) return; // words alone
  const account = request.session?.accountId;
  const ofOne = account === undefined ? 0 : (heldOf.get(account) ?? 0);
  if (ofOne + bytes > mostHeldOfOne || held + bytes > mostHeld) {
    throw new BadRequest(503, 'Too many files are on their way at this moment. Nothing was saved. Go back and try again in a minute.');
  }
  held += bytes;
  if (account !== undefined) heldOf.set(account, ofOne + bytes);
  response.once('close', () => {
    held -= bytes;
    if (account === undefined) return;
    const left = heldOf.get(account)! - bytes;
    if (left === 0) heldOf.delete(account);
    else heldOf.set(account, left);
  });
}

type FormOf = { fields: RawForm; files: UploadedFile[] };

/** Reads the body of a write. Only forms are taken here, and files only where the route says so. */
export async function readForm(request: Request, response: Response, takes: Takes | 'form' | 'long form'): Promise<FormOf> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === '' && (request.headers['content-length'] ?? '0') === '0' && !request.headers['transfer-encoding']) return { fields: {}, files: [] };
  if (type === 'application/x-www-form-urlencoded') {
    await parse(takes === 'long form' ? longUrlencoded : urlencoded, request, response);
    if (request.body === undefined) throw new BadRequest(400, incompleteForm);
    return { fields: { ...(request.body as RawForm) }, files: [] };
  }
  if (type === 'multipart/form-data' && takes !== 'form' && takes !== 'long form') {
    const most = taken[takes];
    // What lies in memory at once is what was announced; browsers always announce it.
    const announced = request.headers['content-length'];
    if (announced === undefined) throw new BadRequest(400, unannounced);
    if (!(Number(announced) <= most.allBytes)) throw new BadRequest(413, most.tooLarge);
    hold(request, response, Number(announced));
    await parse(multipart[takes], request, response, most);
    // A content type that the parser does not take for one is passed by in silence.
    if (!Array.isArray(request.files)) throw new BadRequest(400, incompleteForm);
    const fields = { ...(request.body as RawForm) };
    const files = request.files.filter(file => file.size > 0 || file.originalname !== '');
    if (files.length > most.files) throw new BadRequest(413, most.tooMany);
    return { fields, files: files.map(file => ({ field: file.fieldname, bytes: file.buffer, name: file.originalname })) };
  }
  throw new BadRequest(415, 'This address takes what its own form sends, and nothing else. Nothing was saved.');
}

const unannounced =
  'What was sent did not say how large it is, so it was not taken in. Nothing was saved. Go back and try again; if that changes nothing, try another browser or network.';

/**
 * What a person had written into a form that came to nothing, to be copied from the page that says so: going back asks for the form's own page
 * again, and that is not there for somebody whose session has ended, or while the database is away. For these two the form is read where it has
 * not been. Nothing of what came from elsewhere than our pages, or is behind a locked screen; and what is not there is told in the same words to all.
 */
export async function wordsOf(request: Request, response: Response, status: number): Promise<string | null> {
  if (request.method !== 'POST' || request.pattern === undefined || request.session?.locked || status === 404) return null;
  const announced = Number(request.headers['content-length']);
  if ((status === 403 || status === 503) && !request.readableDidRead && announced <= taken.files.allBytes) {
    const isMultipart = request.headers['content-type']?.startsWith('multipart/form-data') ?? false;
    await parse(isMultipart ? fieldsAlone : longUrlencoded, request, response).catch(() => {});
  }
  const { title, text, note } = (request.body ?? {}) as RawForm;
  const words = [title, text, note].filter(value => typeof value === 'string' && value.trim() !== '');
  return words.length === 0 ? null : words.join('\n\n');
}

const parse = (parser: express.RequestHandler, request: Request, response: Response, most = taken.files): Promise<void> =>
  new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined || error === null || error === 'router') resolve();
      else reject(error instanceof BadRequest ? error : inWords(error, most));
    });
  });

/** Multer's and busboy's errors carry no status: each is the request's fault. */
function inWords(error: unknown, most: { tooLarge: string; tooMany: string }): unknown {
  if (error instanceof multer.MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE') return new BadRequest(413, most.tooLarge);
    if (error.code === 'LIMIT_FILE_COUNT') return new BadRequest(413, most.tooMany);
    if (error.code === 'MISSING_FIELD_NAME') return new BadRequest(400, incompleteForm);
    return new BadRequest(413, 'It has more in it than Parley takes at once. Nothing was saved.');
  }
  if (
    error instanceof Error &&
    /Unexpected end of form|Boundary not found|Malformed|Multipart|Field name|Request aborted|Unsupported content type/i.test(error.message)
  ) {
    return new BadRequest(400, incompleteForm);
  }
  return error;
}

function percentDecoded(bytes: Buffer): Buffer {
  if (!bytes.includes(0x25)) return bytes;
  const decoded = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const digits = bytes[at] === 0x25 ? Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16) : Number.NaN;
    if (Number.isNaN(digits)) decoded[length] = bytes[at]!;
    else {
      decoded[length] = digits;
      at += 2;
    }
    length += 1;
  }
  return decoded.subarray(0, length);
}
