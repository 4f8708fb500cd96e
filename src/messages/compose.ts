import type { ParentUser } from '../core/actor.ts';
import type { UploadId } from '../core/ids.ts';
import type { Parsed, Problem } from '../web/form.ts';
import type { UploadedFile } from '../web/uploads.ts';
import type { Services } from '../web/services.ts';
import type { Draft, UrgentReason } from './post-comment.ts';
import { stageUploads, type StagedFile } from './stage-upload.ts';
import { selectUploadsOfForm } from './file-store.ts';

/** The writing part of a form, whether it answers in a subject or opens one. */
export type Written = {
  text: string;
  submission: string;
  urgent: UrgentReason | null;
  corrects: string | null;
  confirm: string | null;
  uploads: UploadId[];
  names: Record<string, string>;
  edit?: '1' | undefined;
};

export type Prepared = { draft: Draft | null; problems: Problem[]; files: (StagedFile & { name: string })[] };

const mostFiles = 5;

/**
 * Brings a form's files in, whether or not the rest of it is right, so that a form that comes back has lost nothing:
 * those sent with it are stored aside, those of an earlier try are looked up.
 */
export async function prepareDraft(
  { db, keyring }: Services,
  actor: ParentUser,
  form: Parsed<Written>,
  typedUploads: readonly string[],
  sent: readonly UploadedFile[],
): Promise<Prepared> {
  const problems: Problem[] = form.ok ? [] : [...form.problems];
  const keptIds = form.ok ? form.value.uploads : typedUploads;
  const kept = keptIds.length === 0 ? [] : await db.query(selectUploadsOfForm, [actor.parentId, keptIds, form.ok ? form.value.submission : null]);
  if (kept.length < keptIds.length) problems.push({ field: 'files', message: 'A file waited too long and was cleared. Choose it again' });
  const room = sent.filter(file => file.field === 'files');
  if (room.length + kept.length > mostFiles) problems.push({ field: 'files', message: 'Send five files at most with one message' });
  const staging = room.length + kept.length > mostFiles ? { staged: [], refused: [] } : await stageUploads(db, keyring, actor, room);
  for (const message of staging.refused) problems.push({ field: 'files', message });

  const names = form.ok ? form.value.names : {};
  const files = nameFiles([...kept, ...staging.staged], names);
  if (!form.ok || problems.length > 0) return { draft: null, problems, files };
  const { text, submission, urgent, corrects, confirm } = form.value;
  return {
    draft: { text, submission, urgent, corrects: corrects as Draft['corrects'], confirm, files: files.map(({ id, name }) => ({ id, name })) },
    problems,
    files,
  };
}

/** A file's own name can say who, where and when; so it gets a neutral one, unless the writer gives it another. */
function nameFiles(files: readonly StagedFile[], given: Record<string, string>): (StagedFile & { name: string })[] {
  const endings: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'application/pdf': 'pdf' };
  const count = { Photo: 0, Document: 0 };
  return files.map(file => {
    const word = file.mediaType === 'application/pdf' ? 'Document' : 'Photo';
    count[word] += 1;
    const ending = endings[file.mediaType]!;
    const name = given[file.id] ?? `${word} ${count[word]}`;
    return { ...file, name: name.toLowerCase().endsWith(`.${ending}`) ? name : `${name}.${ending}` };
  });
}

/** What a form holds when it has not parsed: enough to show it again. */
export const typedUploads = (raw: unknown): string[] =>
  (Array.isArray(raw) ? raw : [raw]).filter((id): id is string => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)).slice(0, mostFiles);
