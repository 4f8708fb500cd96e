import { z } from 'zod';
import { countCharacters, grouped, isOneLine, isStorable } from '../core/text.ts';
import { isUuid } from '../core/ids.ts';

/** What is wrong with one field, in words; `field` is the id of the input, so that the summary can link to it. */
export type Problem = { field: string; message: string };

/** What is wrong with a field, to be said beside it. */
export const problemWith = (problems: readonly Problem[], field: string): string | null => problems.find(problem => problem.field === field)?.message ?? null;

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; problems: Problem[]; typed: Typed };

/** What the person typed, to be shown again. */
export type Typed = Record<string, string>;

/** The body or query of a request as the parsers leave it. */
export type RawForm = Record<string, unknown>;

const outOfDate = 'This page was out of date. Load it again and retry.';
/** For what no schema has words of its own, because no page of ours sends it: zod's are for programmers. */
export const inPlainWords = { error: () => outOfDate };

/**
 * Reads a form by its schema. Unknown and repeated fields are problems too: a field that nobody meant is somebody's mistake or somebody's attempt.
 * Nothing typed is lost: `typed` holds every plain field.
 */
export function parseForm<Schema extends z.ZodType>(schema: Schema, raw: RawForm): Parsed<z.infer<Schema>> {
  const typed = typedFields(raw);
  const parsed = schema.safeParse(raw, inPlainWords);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems: Problem[] = [];
  for (const issue of parsed.error.issues) {
    const field = String(issue.path[0] ?? 'form');
    const message = issue.code === 'unrecognized_keys' ? 'This form had a part that does not belong to it. Load the page again and retry.' : issue.message;
    if (!problems.some(problem => problem.field === field)) problems.push({ field, message });
  }
  return { ok: false, problems, typed };
}

/** Every plain field of a form as it was sent, to be shown again. */
export function typedFields(body: unknown): Typed {
  const typed: Typed = {};
  for (const [name, value] of Object.entries((body ?? {}) as RawForm)) if (typeof value === 'string') typed[name] = value;
  return typed;
}

/** The boxes of one name that were ticked, to be ticked again. */
export const ticked = (body: unknown, name: string): string[] =>
  [(body as RawForm | undefined)?.[name] ?? []].flat().filter(value => typeof value === 'string');

/** One piece of text, exactly as it was sent. Where a byte was no UTF-8, a parser, a browser or whatever it was copied from has put U+FFFD in its place. */
export const plainText = (missing: string) =>
  z
    .string({ error: missing })
    .refine(isStorable, 'This has a character that cannot be stored. Take it out and try again.')
    .refine(text => !text.includes('\uFFFD'), 'There is a “\uFFFD” in this, which stands for a character that was lost. Write it again, or take it out.');

/** Text that must say something, of at most `most` characters as a person counts them. */
export const words = (missing: string, most: number) =>
  plainText(missing)
    .refine(text => text.trim() !== '', missing)
    .refine(text => countCharacters(text) <= most, { error: () => `Keep this to ${grouped(most)} characters or fewer` });

/** The same on one line: a name or a title. A break in it, however hidden, is somebody's mistake or somebody's attempt. */
export const line = (missing: string, most: number) => words(missing, most).refine(isOneLine, 'Write this on one line');

/** An id in a form: hidden from the person, so a wrong one is the page's fault, not theirs. */
export const idField = <Id extends string>() => z.string({ error: outOfDate }).refine(isUuid, outOfDate) as unknown as z.ZodType<Id>;

/** A box that is ticked or absent. */
export const tickbox = z
  .literal('1')
  .optional()
  .transform(value => value === '1');
