import { randomUUIDv7 } from 'node:crypto';
import { canAddFact, mostFacts } from '../access/policy.ts';
import { openStep, recordStep, type StepRow } from '../audit/steps.ts';
import type { ParentUser } from '../core/actor.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import type { ChildId, FactId } from '../core/ids.ts';
import { shieldWords } from '../messages/index.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Section } from './fact-kinds.ts';
import { type FactData, factData, factStep, type FactWords, sameWords } from './fact-words.ts';
import { insertFact, lockFact, selectChildToWrite, selectFactToWrite, updateFact } from './store.ts';

/** What became of it. Only with `done` is something on the record; with the others nothing was written and the form shows why. */
export type Outcome =
  | { kind: 'done'; factId: FactId; childId: ChildId }
  | { kind: 'used'; pos: number }
  | { kind: 'held'; found: string[] }
  | { kind: 'ask'; found: string[]; confirm: string }
  | { kind: 'full' }
  | { kind: 'unchanged' }
  /** Somebody put it into other words, or removed it, since the form was opened. */
  | { kind: 'stale' };

/** A form's words, and what belongs to the form: one form makes one step, however often it is sent. */
export type Draft = { words: FactWords; submission: string; confirm: string | null };

const writtenText = ({ label, text }: FactWords): string => (label === null ? text : `${label}\n${text}`);

/** The form has been sent before: for the same words that is the answer, and other words are not lost in silence. */
function alreadySent(keyring: Keyring, sent: StepRow | null, is: (data: FactData, factId: FactId) => boolean): Outcome | null {
  if (sent === null) return null;
  const factId = sent.aboutId as FactId;
  const data = sent.kind.startsWith('fact.') ? factData(openStep(keyring, sent)) : null;
  return data && is(data, factId) ? { kind: 'done', factId, childId: data.childId } : { kind: 'used', pos: sent.pos };
}

/** Adds a fact about a child to what both parents know. */
export async function addFact(
  work: Work<ParentUser>,
  keyring: Keyring,
  childId: ChildId,
  { section, kind }: { section: Section; kind: string },
  { words, submission, confirm }: Draft,
): Promise<Outcome> {
  const { trx, actor } = work;
  const [child] = await trx.query(selectChildToWrite, [actor.parentId, childId, submission]);
  if (!child) throw new NotFound();
  const sent = alreadySent(
    keyring,
    child.sent,
    data => data.childId === childId && data.section === section && data.kind === kind && data.before === null && sameWords(data.after, words),
  );
  if (sent) return sent;
  if (!canAddFact(child.facts)) return { kind: 'full' };
  const finding = await shieldWords(trx, keyring, actor, writtenText(words), confirm);
  if (finding.kind !== 'clear') return finding;

  const factId = randomUUIDv7() as FactId;
  const { familyId, author } = child;
  const step = await recordStep(work, keyring, {
    ...factStep(author, child.child, { childId, section, kind, version: 1, before: null, after: words }),
    familyId,
    by: { parentId: actor.parentId },
    aboutId: factId,
    submission,
    tells: true,
  });
  const [added] = await trx.query(insertFact, [factId, familyId, childId, section, kind, step.id, mostFacts]);
  if (!added) throw new Conflict(`The other parent has just added another fact, and ${mostFacts} is the most. Nothing of yours was added.`);
  return { kind: 'done', factId, childId };
}

/** Puts a fact into other words. The earlier ones stay in the record and on the fact's page. */
export const changeFact = (work: Work<ParentUser>, keyring: Keyring, factId: FactId, version: number, draft: Draft): Promise<Outcome> =>
  writeAgain(work, keyring, factId, version, draft);

/** Takes a fact off the child's page. Nothing of it is deleted. */
export const removeFact = (work: Work<ParentUser>, keyring: Keyring, factId: FactId, version: number, submission: string): Promise<Outcome> =>
  writeAgain(work, keyring, factId, version, { words: null, submission, confirm: null });

async function writeAgain(
  work: Work<ParentUser>,
  keyring: Keyring,
  factId: FactId,
  version: number,
  { words, submission, confirm }: Omit<Draft, 'words'> & { words: FactWords | null },
): Promise<Outcome> {
  const { trx, actor } = work;
  const known = [actor.parentId, factId];
  const [locked] = await trx.query(lockFact, known);
  const [fact] = locked ? await trx.query(selectFactToWrite, [...known, submission]) : [];
  if (!fact) throw new NotFound();
  const sent = alreadySent(keyring, fact.sent, (data, about) => about === factId && data.before !== null && sameWords(data.after, words));
  if (sent) return sent;
  if (fact.removed || fact.version !== version) return { kind: 'stale' };

  const { after: before } = factData(openStep(keyring, fact.current));
  if (sameWords(before, words)) return { kind: 'unchanged' };
  if (words !== null) {
    const finding = await shieldWords(trx, keyring, actor, writtenText(words), confirm);
    if (finding.kind !== 'clear') return finding;
  }
  const { familyId, childId, section, kind } = fact;
  const step = await recordStep(work, keyring, {
    ...factStep(fact.author, fact.child, { childId, section, kind, version: version + 1, before, after: words }),
    familyId,
    by: { parentId: actor.parentId },
    aboutId: factId,
    submission,
    tells: true,
  });
  await trx.query(updateFact, [factId, step.id]);
  return { kind: 'done', factId, childId };
}
