import type { StepKind, StepWords } from '../audit/steps.ts';
import type { ChildId } from '../core/ids.ts';
import { calendarDay, longDay } from '../core/time.ts';
import { labelOf, type Section, sectionTitles } from './fact-kinds.ts';

/** A fact in somebody's words. `label` is null where its kind has a name; `until` is the last day on which it holds. */
export type FactWords = { label: string | null; text: string; until: string | null };

/** What a step about a fact holds as data: the words before and after it. */
export type FactData = { childId: ChildId; section: Section; kind: string; version: number; before: FactWords | null; after: FactWords | null };

/** The data of a step about a fact, which this feature alone writes. */
export const factData = ({ data }: StepWords): FactData => data as FactData;

export const sameWords = (one: FactWords | null, other: FactWords | null): boolean =>
  one === other || (one !== null && other !== null && one.label === other.label && one.text === other.text && one.until === other.until);

/**
 * A label as a sentence quotes it. Quotation marks of its own would let it end early and its writer's words pass for the sentence's, and marks that
 * turn the direction of writing would turn the rest of the sentence round.
 */
const quoted = (label: string): string => `“${label.replace(/["“”„‟«»＂]/gu, '’').replace(/[\u202A-\u202E\u2066-\u2069]/gu, '')}”`;

/** A step as the record will have it, in a sentence that names everybody. The writer's own words follow it as its note. */
export function factStep(author: string, child: string, data: FactData): StepWords & { kind: StepKind } {
  const { before, after, section, kind } = data;
  const named = (words: FactWords) => quoted(labelOf(kind, words.label));
  const under = `under ${sectionTitles[section]}`;
  const ending = after?.until ? ` It holds until ${longDay(calendarDay(after.until))}.` : '';
  if (before === null) {
    return {
      kind: 'fact.added',
      says: `${author} added ${named(after!)} to what both parents know about ${child}, ${under}.${ending}`,
      note: after!.text,
      data,
    };
  }
  if (after === null) {
    return { kind: 'fact.removed', says: `${author} removed ${named(before)} from what both parents know about ${child}, ${under}.`, note: null, data };
  }
  const renamed = before.label === after.label ? '' : `, now called ${named(after)},`;
  return {
    kind: 'fact.changed',
    says: `${author} changed ${named(before)}${renamed} in what both parents know about ${child}, ${under}.${ending}`,
    note: after.text,
    data,
  };
}
