import { randomInt } from 'node:crypto';
import { Conflict, DeadLink, Forbidden, Gone, NotFound, TooMany } from '../core/errors.ts';
import { isBadData, isUnavailable, OutcomeUnknown } from '../platform/database.ts';
import { StorageFull } from '../platform/photo-store.ts';
import { paths } from './paths.ts';
import type { Shell } from './render.ts';

type ErrorPage = {
  shell: Shell;
  /** "Page not found, 404" */
  folio: string;
  heading: string;
  /** What became of what was written, first. */
  paragraphs: string[];
  /** To be quoted to whoever looks into it. */
  reference: string | null;
  /** What the person had written, where it is known. */
  words: string | null;
  actions: { href: string; label: string }[];
};

declare module './render.ts' {
  interface Views {
    'errors/error': ErrorPage;
  }
}

/** What is sent for an error: the status, the page, and seconds to wait where that is known. */
type ErrorReply = { status: number; model: Omit<ErrorPage, 'shell' | 'words'>; retryAfter?: number; unexpected: boolean };

/** Something about the request itself that cannot be read: too large, of a wrong type, or broken. */
export class BadRequest extends Error {
  readonly status: 400 | 403 | 405 | 413 | 415 | 422 | 503;
  constructor(status: BadRequest['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** What is said of a body that breaks off, or cannot be taken apart. */
export const incompleteForm = 'What arrived was not a complete form. Nothing was saved. Go back and try again.';

const start = { href: paths.today, label: 'Go to Today' };
const help = { href: paths.help, label: 'Help' };

const notFound: ErrorReply = {
  status: 404,
  model: {
    folio: 'Page not found, 404',
    heading: 'There is no page here',
    paragraphs: ['The address may be mistyped, or the link may have run out. Nothing in your record is missing.'],
    reference: null,
    actions: [start, help],
  },
  unexpected: false,
};

/** The same for every link that opens nothing, whatever the reason. */
const deadLink: ErrorReply = {
  status: 404,
  model: {
    folio: 'Link not in use, 404',
    heading: 'This link does not open anything',
    paragraphs: [
      'It may have run out, been replaced by a newer one, or been copied without its end. Links are good for a certain time only.',
      'If your school sent it to you, ask the school’s office for a new one. They make it while you wait.',
    ],
    reference: null,
    actions: [help],
  },
  unexpected: false,
};

const refusal = (status: number, folio: string, heading: string, message: string): ErrorReply => ({
  status,
  model: { folio: `${folio}, ${status}`, heading, paragraphs: [message], reference: null, actions: [start, help] },
  unexpected: false,
});

const requestWords: Record<BadRequest['status'], [folio: string, heading: string]> = {
  400: ['Not understood', 'This could not be read'],
  403: ['Refused', 'This was not accepted'],
  405: ['Not possible', 'This page does not take that'],
  413: ['Too large', 'This is too large to send'],
  415: ['Wrong kind', 'This kind of content is not taken here'],
  422: ['Not complete', 'This form needs another look'],
  503: ['Busy', 'Please try again in a moment'],
};

/** Maps whatever was thrown to a page, once. What is not a refusal is a fault of ours: 500 with a reference, the reason only in the log. */
export function errorReply(error: unknown): ErrorReply {
  if (error instanceof DeadLink) return deadLink;
  if (error instanceof NotFound) return notFound;
  if (error instanceof Forbidden) return refusal(403, 'Refused', 'You cannot do this', error.message);
  if (error instanceof Conflict) return refusal(409, 'Changed meanwhile', 'Something came first', error.message);
  if (error instanceof Gone) return refusal(410, 'No longer here', 'Its time has passed', error.message);
  if (error instanceof TooMany) {
    const seconds = Math.max(1, Math.ceil((error.retryAt.getTime() - Date.now()) / 1000));
    return { ...refusal(429, 'Too often', 'Please wait a little', error.message), retryAfter: seconds };
  }
  if (error instanceof BadRequest)
    return { ...refusal(error.status, ...requestWords[error.status], error.message), ...(error.status === 503 ? { retryAfter: 5 } : {}) };
  const request = fromParser(error);
  if (request) return errorReply(request);
  if (error instanceof OutcomeUnknown) {
    return {
      status: 503,
      model: {
        folio: 'Not certain, 503',
        heading: 'Parley cannot say whether this arrived',
        paragraphs: [
          'The connection to the records broke in the moment of writing. What you sent may be there already. Go back and send the same form again: it is written once, however often it is sent.',
        ],
        reference: null,
        actions: [{ href: paths.today, label: 'Go to Today' }, help],
      },
      retryAfter: 10,
      unexpected: false,
    };
  }
  if (error instanceof StorageFull) {
    return {
      status: 507,
      model: {
        folio: 'No room, 507',
        heading: 'There is no room for another photo just now',
        paragraphs: [
          'Your photo was not kept, and nothing else has changed. It is nothing that you did.',
          'Try again in an hour. If it is the same then, tell the school’s office: they can take the photo in another way.',
        ],
        reference: null,
        actions: [help],
      },
      unexpected: false,
    };
  }
  if (isUnavailable(error)) {
    return {
      status: 503,
      model: {
        folio: 'Not available, 503',
        heading: 'Parley cannot reach its records just now',
        paragraphs: [
          'If you were sending something, it was not sent and is not on the record. Go back and it should still be in the box.',
          'Nothing that was acknowledged before is lost. Try again in a minute.',
        ],
        reference: null,
        actions: [{ href: paths.today, label: 'Try again' }, help],
      },
      retryAfter: 10,
      unexpected: false,
    };
  }
  if (isBadData(error)) return errorReply(new BadRequest(400, 'Part of what was sent is not something Parley can store. Nothing was saved.'));
  return {
    status: 500,
    model: {
      folio: 'Something went wrong, 500',
      heading: 'This did not work, and it is our fault',
      paragraphs: ['What you wrote was not sent and is not on the record. Go back and it should still be in the box; then try once more in a minute.'],
      reference: newReference(),
      actions: [start, help],
    },
    unexpected: true,
  };
}

/** Errors of Express and its parsers, told by their type because their texts quote what was sent. */
function fromParser(error: unknown): BadRequest | NotFound | undefined {
  if (!(error instanceof Error)) return undefined;
  const type = 'type' in error ? String(error.type) : '';
  const status = 'status' in error ? Number(error.status) : 0;
  if (error instanceof URIError || (status === 400 && /decode param/.test(error.message))) return new NotFound();
  if (type === 'entity.too.large' || type === 'parameters.too.many')
    return new BadRequest(413, 'It has more in it than Parley takes at once. Nothing was saved.');
  if (type === 'charset.unsupported' || type === 'encoding.unsupported')
    return new BadRequest(415, 'It was written in an encoding that is not taken here. Nothing was saved.');
  if (status >= 400 && status < 500) return new BadRequest(400, incompleteForm);
  return undefined;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Eight characters that can be read out over a telephone: "R7K2 04QD". */
function newReference(): string {
  const characters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${characters.slice(0, 4)} ${characters.slice(4)}`;
}
