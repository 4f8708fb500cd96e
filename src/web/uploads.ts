import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import express from 'express';
import multer from 'multer';
import { BadRequest } from './errors.ts';
import type { RawForm } from './form.ts';

/** A file as it came. Its name and claimed type are the sender's words and decide nothing. */
export type UploadedFile = { field: string; bytes: Buffer; name: string };

export const limits = { files: 5, fileBytes: 10 * 1024 * 1024, formBytes: 96 * 1024, fields: 40 } as const;

const urlencoded = express.urlencoded({
  extended: false,
  limit: limits.formBytes,
  parameterLimit: limits.fields,
  verify(_request, _response, bytes) {
    // Broken UTF-8 would be replaced without a word, and words on the record are the words that were sent.
    if (!isUtf8(percentDecoded(bytes))) throw new BadRequest(400, 'Some characters of this form could not be read. Nothing was saved. Go back and try again.');
  },
});

const multipart = multer({
  storage: multer.memoryStorage(),
  limits: {
    files: limits.files,
    fileSize: limits.fileBytes,
    fields: limits.fields,
    fieldSize: limits.formBytes,
    parts: limits.files + limits.fields,
    headerPairs: 20,
    fieldNestingDepth: 0,
  },
} as multer.Options).any();

type FormOf = { fields: RawForm; files: UploadedFile[] };

/** Reads the body of a write. Only forms are taken here, and files only where the route says so. */
export async function readForm(request: Request, response: Response, takesFiles: boolean): Promise<FormOf> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === '' && (request.headers['content-length'] ?? '0') === '0' && !request.headers['transfer-encoding']) return { fields: {}, files: [] };
  if (type === 'application/x-www-form-urlencoded') {
    await parse(urlencoded, request, response);
    return { fields: { ...(request.body as RawForm) }, files: [] };
  }
  if (type === 'multipart/form-data' && takesFiles) {
    await parse(multipart, request, response);
    const fields = { ...(request.body as RawForm) };
    if (Object.values(fields).some(value => typeof value === 'string' && value.includes('\uFFFD'))) {
      throw new BadRequest(400, 'Some characters of this form could not be read. Nothing was saved. Go back and try again.');
    }
    const files = (request.files as Express.Multer.File[]).filter(file => file.size > 0 || file.originalname !== '');
    return { fields, files: files.map(file => ({ field: file.fieldname, bytes: file.buffer, name: file.originalname })) };
  }
  throw new BadRequest(415, 'This address takes what its own form sends, and nothing else. Nothing was saved.');
}

const parse = (parser: express.RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined || error === null || error === 'router') resolve();
      else reject(error instanceof BadRequest ? error : inWords(error));
    });
  });

/** Multer's and busboy's errors carry no status: each is the request's fault. */
function inWords(error: unknown): unknown {
  if (error instanceof multer.MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE')
      return new BadRequest(413, 'A file is larger than 10 MB. Nothing was saved. Go back: what you wrote should still be in the box. Choose a smaller file.');
    if (error.code === 'LIMIT_FILE_COUNT')
      return new BadRequest(413, 'There are more than five files. Nothing was saved. Go back: what you wrote should still be in the box.');
    if (error.code === 'MISSING_FIELD_NAME') return new BadRequest(400, 'What arrived was not a complete form. Nothing was saved. Go back and try again.');
    return new BadRequest(413, 'It has more in it than Parley takes at once. Nothing was saved.');
  }
  if (
    error instanceof Error &&
    /Unexpected end of form|Boundary not found|Malformed|Multipart|Field name|Request aborted|Unsupported content type/i.test(error.message)
  ) {
    return new BadRequest(400, 'What arrived was not a complete form. Nothing was saved. Go back and try again.');
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
