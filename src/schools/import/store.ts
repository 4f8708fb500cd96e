import type { ImportId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

export const insertImport = statement<void>(
  'schools.insert-import',
  `insert into parley.roll_imports (id, school_id, created_by, rows, wrapped, content_ct) values ($1, $2, $3, $4, $5, $6)`,
);

export type ImportRow = {
  id: ImportId;
  createdAt: Date;
  rows: number;
  wrapped: Buffer | null;
  contentCt: Buffer | null;
  committedAt: Date | null;
  added: number | null;
  proposed: number | null;
};

const importColumns = `i.id, i.created_at as "createdAt", i.rows, i.committed_at as "committedAt", i.added, i.proposed`;

export const selectImport = statement<ImportRow>(
  'schools.import',
  `select ${importColumns}, i.wrapped, i.content_ct as "contentCt" from parley.roll_imports i where i.id = $2 and i.school_id = $1`,
);

export const lockImport = statement<ImportRow>(
  'schools.lock-import',
  `select ${importColumns}, i.wrapped, i.content_ct as "contentCt" from parley.roll_imports i where i.id = $2 and i.school_id = $1 for update`,
);

export const updateImported = statement<void>(
  'schools.imported',
  `update parley.roll_imports set committed_at = now(), committed_by = $2, added = $3, proposed = $4, wrapped = $5, content_ct = $6 where id = $1`,
);

export const selectRecentImports = statement<Omit<ImportRow, 'wrapped' | 'contentCt'> & { by: string; kept: boolean }>(
  'schools.recent-imports',
  `select ${importColumns}, a.display_name as by, i.content_ct is not null as kept from parley.roll_imports i join parley.accounts a on a.id = i.created_by
    where i.school_id = $1 order by i.created_at desc, i.id desc limit 10`,
);

/** What people are called is kept a week; that a list was imported, and how much of it, for good. */
export const forgetOldImports = statement<void>(
  'schools.forget-imports',
  `update parley.roll_imports set wrapped = null, content_ct = null where content_ct is not null and created_at < now() - interval '7 days'`,
);
