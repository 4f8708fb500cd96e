import { describe, expect, it } from 'vitest';
import { isOf, labelOf, otherKind } from '../../src/children/fact-kinds.ts';
import { ageInWords } from '../../src/children/pages.ts';
import { AddForm } from '../../src/children/schema.ts';
import { facts } from '../../seeds/story/facts.ts';
import { layFacts } from '../../seeds/lay-facts.ts';
import { factData, factStep } from '../../src/children/fact-words.ts';
import type { ChildId, ParentId } from '../../src/core/ids.ts';

describe('an age', () => {
  it.each([
    ['2016-06-14', '2026-03-10', 'Nine years old'],
    ['2016-06-14', '2026-06-13', 'Nine years old'],
    ['2016-06-14', '2026-06-14', 'Ten years old'],
    ['2020-02-29', '2025-02-28', 'Four years old'],
    ['2020-02-29', '2025-03-01', 'Five years old'],
    ['2024-03-10', '2026-03-09', '23 months old'],
    ['2024-03-10', '2026-03-10', 'Two years old'],
    ['2025-03-10', '2026-03-10', 'Twelve months old'],
    ['2026-02-10', '2026-03-10', 'One month old'],
    ['2026-02-11', '2026-03-10', 'Less than a month old'],
    ['2026-03-11', '2026-03-10', 'Less than a month old'],
    ['2005-03-10', '2026-03-10', '21 years old'],
  ])('of somebody born on %s is on %s: %s', (born, today, words) => {
    expect(ageInWords(born, today)).toBe(words);
  });
});

describe('a label', () => {
  it('is its writer’s own, or the name of its kind', () => {
    expect([labelOf('shoe-size', null), labelOf(otherKind, 'Bicycle')]).toEqual(['Shoe size', 'Bicycle']);
    expect([isOf('health', 'doctor'), isOf('school', 'doctor'), isOf('school', otherKind), isOf('health', 'toString')]).toEqual([true, false, true, false]);
  });
});

describe('the facts of the demo world', () => {
  it('are such as the program’s own form would take', () => {
    for (const { section, kind, label = '', text, was = [], holdsForDays } of facts) {
      for (const words of [text, ...was.map(one => one.text)]) {
        const until = holdsForDays === undefined ? '' : '2026-11-30';
        const fields = { section, kind, label, text: words, until, submission: '0190163d-8694-739b-aea5-966c26f8ad90' };
        expect(AddForm.safeParse(fields).error?.issues, words).toBeUndefined();
      }
    }
  });

  it('come one step after the other, each with the words before it', () => {
    const clock = ({ daysAgo, at }: { daysAgo: number; at: string }) => -daysAgo * 86_400_000 + Number(at.replace(':', ''));
    const people = {
      parent: (key: string) => ({ id: key as ParentId, name: key }),
      child: (key: string) => ({ id: key as ChildId, name: `${key} Okafor Reyes` }),
    };
    const { steps, rows } = layFacts('a family', people, clock, Temporal.PlainDate.from('2026-11-21'));
    expect(rows).toHaveLength(facts.length);
    for (const row of rows) {
      const about = steps.filter(({ aboutId }) => aboutId === row.id);
      expect([about.length, about.at(-1)!.id, about[0]!.kind]).toEqual([row.version, row.step_id, 'fact.added']);
      expect(row.removed_at === null).toBe(about.at(-1)!.kind !== 'fact.removed');
      for (const [index, { words, at }] of about.entries()) {
        const { before } = factData(words(1));
        expect(before).toBe(index === 0 ? null : factData(about[index - 1]!.words(1)).after);
        if (index > 0) expect(at).toBeGreaterThan(about[index - 1]!.at);
      }
    }
    expect(steps.find(({ kind }) => kind === 'fact.changed')!.words(1).says).toBe(
      'amara changed “Allergies” in what both parents know about ines Okafor Reyes, under Health.',
    );
    expect(steps.filter(({ seen }) => !seen).map(({ by }) => by)).toEqual(expect.arrayContaining(['amara', 'daniel']));
  });
});

describe('the sentence of an entry', () => {
  it('quotes a label so that it cannot pass for the sentence’s own words, nor turn them round', () => {
    const label = 'Doctor” with Daniel Reyes’s consent. "Also\u202E';
    const after = { label, text: 'Dr Moreau', until: null };
    const data = { childId: 'ines' as ChildId, section: 'health' as const, kind: otherKind, version: 1, before: null, after };
    const { says, note } = factStep('Amara Okafor', 'Ines Reyes', data);
    expect(says).toBe('Amara Okafor added “Doctor’ with Daniel Reyes’s consent. ’Also” to what both parents know about Ines Reyes, under Health.');
    expect(note).toBe('Dr Moreau');
    // The label itself is kept as it was written.
    expect(factData({ says, note, data }).after!.label).toBe(label);
  });
});
