import { randomUUIDv7 } from 'node:crypto';
import { type FactData, factStep, type FactWords } from '../src/children/fact-words.ts';
import type { ChildId, ParentId } from '../src/core/ids.ts';
import type { LaidStep } from './lay-schedule.ts';
import { type Fact, facts } from './story/facts.ts';

type When = { daysAgo: number; at: string };
type Row = Record<string, unknown>;
export type LaidFacts = { steps: LaidStep[]; rows: Row[] };

/** Until when the other parent has opened the page. */
const seenBeforeDays = 3;

/** The facts of the story as steps of their family's record, in the words that the program itself would have used, and the rows that point at the last of each. */
export function layFacts(
  familyId: string,
  people: { parent: (key: Fact['by']) => { id: ParentId; name: string }; child: (key: Fact['child']) => { id: ChildId; name: string } },
  clock: (when: When) => number,
  today: Temporal.PlainDate,
): LaidFacts {
  const laid: LaidFacts = { steps: [], rows: [] };
  for (const fact of facts) {
    const { section, kind, label = null, holdsForDays, was = [], removed } = fact;
    const child = people.child(fact.child);
    const factId = randomUUIDv7();
    const steps: LaidStep[] = [];
    let before: FactWords | null = null;
    const lay = (by: Fact['by'], when: When, after: FactWords | null) => {
      const author = people.parent(by);
      const data: FactData = { childId: child.id, section, kind, version: steps.length + 1, before, after };
      const step = factStep(author.name, child.name, data);
      steps.push({
        id: randomUUIDv7(),
        at: clock(when),
        by: author.id,
        kind: step.kind,
        aboutId: factId,
        words: () => ({ says: step.says, note: step.note, data }),
        seen: when.daysAgo > seenBeforeDays,
      });
      before = after;
    };
    for (const { by, text, daysAgo, at } of was) lay(by, { daysAgo, at }, { label, text, until: null });
    const until = holdsForDays === undefined ? null : today.add({ days: holdsForDays }).toString();
    lay(fact.by, { daysAgo: fact.daysAgo, at: fact.at }, { label, text: fact.text, until });
    if (removed) lay(removed.by, { daysAgo: removed.daysAgo, at: removed.at }, null);
    laid.steps.push(...steps);
    laid.rows.push({
      id: factId,
      family_id: familyId,
      child_id: child.id,
      section,
      kind,
      step_id: steps.at(-1)!.id,
      version: steps.length,
      added_at: new Date(steps[0]!.at),
      removed_at: removed ? new Date(steps.at(-1)!.at) : null,
    });
  }
  return laid;
}
