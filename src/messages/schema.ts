import { z } from 'zod';
import type { AttachmentId, ChildId, CommentId, FamilyId, ParentId, SubjectId, UploadId } from '../core/ids.ts';
import { isUuid } from '../core/ids.ts';
import { idField, inPlainWords, line, plainText, words } from '../web/form.ts';
import { idParam } from '../web/route.ts';
import { urgentReasons } from './post-comment.ts';

const mostCharacters = 5000;

/** How far somebody has read: 0 is before the first entry. */
const readUpTo = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const position = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'This address is not complete')
  .transform(Number);

export const SubjectParams = z.object({ subjectId: idParam<SubjectId>() });
export const SinceParams = z.object({ subjectId: idParam<SubjectId>(), position: readUpTo });
export const AttachmentParams = z.object({ attachmentId: idParam<AttachmentId>() });

const turn = position.optional();
/** `at` shows the page that holds an entry; `before` and `from` turn pages; `correct` begins a correction. */
export const ThreadQuery = z.object({ at: turn, before: turn, from: turn, correct: turn });
export const ListQuery = z.object({ all: z.literal('1').optional() });

const emptyAsNull = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .union([z.literal('').transform(() => null), schema])
    .optional()
    .transform(value => value ?? null);

const upload = idField<UploadId>();
/** One box is a string, several are a list: that is how forms send them. */
const uploads = z
  .union([upload.transform(id => [id]), z.array(upload).max(5, 'Send five files at most')])
  .optional()
  .transform(ids => [...new Set(ids ?? [])] as UploadId[]);

const writing = {
  text: words('Write your message', mostCharacters),
  submission: idField<string & {}>(),
  urgent: emptyAsNull(z.enum(urgentReasons, 'Choose a reason from the list')),
  corrects: emptyAsNull(idField<CommentId>()),
  confirm: z
    .string()
    .max(40)
    .optional()
    .transform(value => value ?? null),
  uploads,
};

/** The names that go with files: `name.<id of the upload>`. */
const named = z.record(z.string(), z.unknown());
const fileName = plainText('Give the file a name')
  .refine(name => name.trim() !== '', 'Give the file a name')
  .refine(name => name.length <= 120, 'Keep the name to 120 characters or fewer');

/** Reads a form with `name.<id>` fields beside fixed ones: the fixed ones strictly, the names each for its file. */
const withNames = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const fixed = z.strictObject(shape); // made once: zod writes and compiles a program for each
  return named.transform((raw, context) => {
    const names: Record<string, string> = {};
    const rest: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(raw)) {
      const id = key.startsWith('name.') ? key.slice(5) : '';
      if (!isUuid(id)) {
        rest[key] = value;
        continue;
      }
      const name = fileName.safeParse(value);
      if (name.success) names[id] = name.data.trim();
      else context.addIssue({ code: 'custom', path: ['files'], message: name.error.issues[0]!.message });
    }
    const parsed = fixed.safeParse(rest, inPlainWords);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        const message = issue.code === 'unrecognized_keys' ? 'This form had a part that does not belong to it. Load the page again and retry.' : issue.message;
        context.addIssue({ code: 'custom', path: issue.path, message });
      }
      return z.NEVER;
    }
    return { ...parsed.data, names };
  });
};

export const CommentForm = withNames({ ...writing, edit: z.literal('1').optional() });

const about = z
  .string({ error: 'Choose what it is about' })
  .regex(/^(child|activity|school):[0-9a-f-]{36}$/, 'Choose what it is about')
  .transform(value => {
    const [kind, id] = value.split(':') as [string, string];
    return { kind: kind as 'child' | 'activity' | 'school', id };
  })
  .refine(({ id }) => isUuid(id), 'Choose what it is about');

export const NewSubjectForm = withNames({
  about,
  title: line('Give the subject a title', 120),
  ...writing,
  family: idField<FamilyId>(),
  edit: z.literal('1').optional(),
});

/** What the form is opened with: the family, and what the subject is about. */
export const NewSubjectQuery = z.object({ family: idParam<FamilyId>().optional(), about: about.optional() });

const day = emptyAsNull(z.iso.date('Give the day as a date, for example 2026-03-09'));

export const SearchForm = z
  .strictObject({
    q: plainText('')
      .refine(text => text.length <= 200, 'Search for 200 characters or fewer')
      .optional()
      .transform(text => text ?? ''),
    sender: emptyAsNull(idField<ParentId>()),
    subject: emptyAsNull(idField<SubjectId>()),
    child: emptyAsNull(idField<ChildId>()),
    from: day,
    to: day,
    before: emptyAsNull(position),
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, { path: ['to'], message: 'The last day is before the first' });

export type SearchValues = z.infer<typeof SearchForm>;

export const StreamQuery = z.object({ family: idParam<FamilyId>(), after: readUpTo });
